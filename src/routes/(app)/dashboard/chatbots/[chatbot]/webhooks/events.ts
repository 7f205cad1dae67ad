/** What an endpoint can subscribe to, in the order of a conversation. */
export const EVENTS = [
  { type: 'conversation.started', words: 'A visitor sent their first message' },
  { type: 'message.received', words: 'A visitor sent a message' },
  { type: 'lead.captured', words: 'A visitor left contact details' },
  { type: 'conversation.escalated', words: 'A visitor asked for a person' },
  { type: 'message.sent', words: 'A person answered' },
  { type: 'conversation.handed_back', words: 'A person handed back to the assistant' },
  { type: 'conversation.resolved', words: 'A case was resolved' },
  { type: 'conversation.reopened', words: 'A case was reopened' },
] as const;

/** Why an endpoint was switched off, for its owner. */
export function disabledWords(reason: string | null): string {
  if (reason === 'by_hand') return 'Turned off by hand.';
  if (reason === 'gone') return 'Turned off because the server answered 410 Gone.';
  if (reason === 'failing') return 'Turned off after five days without a success.';
  return 'Turned off.';
}
