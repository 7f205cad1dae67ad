/** What stands in the log, in order, derived from the state: messages, the offers after them, the case, what is not sent. */
import type { ConversationMessage, EscalationState } from '#shared/contract.ts';
import { lastOf } from './last.ts';
import type { State } from './store.ts';

export type Item = { key: string } & (
  | { kind: 'greeting'; text: string | null; content: string | undefined }
  | { kind: 'message'; message: ConversationMessage; is_follow_on: boolean }
  | { kind: 'event'; message: ConversationMessage }
  | { kind: 'cta'; message_id: string; is_latest: boolean; wants_human: boolean; asked_in: string | null }
  | { kind: 'suggest_human'; message_id: string; is_latest: boolean; asked_in: string | null }
  | { kind: 'thanks' }
  | {
      kind: 'case';
      escalation: EscalationState;
      confirmation: string;
      can_add_lead: boolean;
      has_lead: boolean;
    }
  | { kind: 'pending'; pending: State['pending'][number]; is_accepted: boolean }
  | { kind: 'answering'; text: string; content: string }
  | { kind: 'offer'; asked_in: string }
  | { kind: 'recorded' }
  | { kind: 'lead_form'; moment: NonNullable<State['lead_form']>; question: string | false | undefined }
  | { kind: 'suggestions'; questions: string[] }
  | { kind: 'left'; reference: string }
  | { kind: 'leaving'; reference: string | null }
);

/** The three states a visitor must be able to tell apart. */
export type Phase = 'assistant' | 'waiting' | 'person';

export function phaseOf(state: State): Phase {
  if (state.handled_by !== null) return 'person';
  return isEscalationOpen(state) ? 'waiting' : 'assistant';
}

/** Open by the server's word; what only waits in the outbox is not. */
export function isEscalationOpen(state: State): boolean {
  return state.escalation?.status === 'open';
}

export function isAsking(state: State): boolean {
  return state.pending.some(({ kind }) => kind === 'escalation');
}

/** Messages of somebody else since the visitor last looked. */
export function unreadCount({ messages, seen_seq }: State): number {
  return messages.filter(({ seq, role }) => seq > seen_seq && (role === 'agent' || role === 'assistant'))
    .length;
}

/** Whether there is anything to leave for a new conversation. */
export function hasBegun({ messages, escalation }: State): boolean {
  return messages.length > 0 || escalation !== null;
}

/** Whether there is a form, and nothing has come of it yet. */
export function lacksLead({ config, has_lead, pending }: State): boolean {
  return !!config?.lead_form.fields.length && !has_lead && !pending.some(({ kind }) => kind === 'lead');
}

/** Whether the form that the owner wants before the first message still stands in the way of it. */
export function needsLeadFirst(state: State): boolean {
  const { config, was_lead_form_closed, messages } = state;
  const isWanted = config?.lead_form.timing === 'before_chat' && lacksLead(state);
  return isWanted && !was_lead_form_closed && !messages.length && !isEscalationOpen(state);
}

export function transcript(state: State): Item[] {
  const { config, messages, pending, stream, escalation, offer } = state;
  if (!config) return [];
  const { greeting: text, greeting_content: content } = config;
  const items: Item[] = [{ key: 'greeting', kind: 'greeting', text, content }];
  if (state.left) items.push({ key: 'left', kind: 'left', reference: state.left });
  const shownCase = escalation && state.lead_form !== 'before_escalation' ? escalation : null;
  let isCasePlaced = !shownCase;
  const placeCase = () => {
    isCasePlaced = true;
    items.push(caseItem(state, shownCase!));
  };

  messages.forEach((message, index) => {
    if (!isCasePlaced && message.created_at > shownCase!.escalated_at) placeCase();
    items.push(...messageItems(state, message, messages[index - 1]));
  });
  if (!isCasePlaced) placeCase();

  // A read may bring the answer before the stream of it has ended.
  const isAnswered = (asked: string) => messages.some(({ in_reply_to }) => in_reply_to === asked);
  if (stream && !isAnswered(stream.id) && phaseOf(state) !== 'person' && !state.is_assistant_muted) {
    const { id, text, content } = stream;
    items.push({ key: `answer:${id}`, kind: 'answering', text, content });
  }
  for (const entry of pending) {
    if (entry.kind !== 'message' && entry.kind !== 'escalation') continue;
    // The server has this message; what is missing is the answer, which is only worth a word when it fails.
    const is_accepted = messages.some(({ id }) => id === entry.id);
    if (is_accepted && (entry.status === 'sending' || isAnswered(entry.id))) continue;
    items.push({ key: `pending:${entry.id}`, kind: 'pending', pending: entry, is_accepted });
  }
  const isFree = !isEscalationOpen(state) && !isAsking(state);
  // An answer carries the offer itself; this is for the answer that did not come.
  if (offer && isFree && lastOf(messages)?.role !== 'assistant')
    items.push({ key: `offer:${offer}`, kind: 'offer', asked_in: offer });
  const suggested = isFree && !offer ? suggestions(state) : [];
  if (suggested.length) items.push({ key: 'suggestions', kind: 'suggestions', questions: suggested });
  const moment = needsLeadFirst(state) ? 'before_chat' : state.lead_form;
  if (moment === 'before_escalation' && isEscalationOpen(state))
    items.push({ key: 'recorded', kind: 'recorded' });
  if (moment)
    items.push({
      key: 'lead',
      kind: 'lead_form',
      moment,
      question: moment === 'own' && state.question,
    });
  if (state.is_leaving) {
    const reference = isEscalationOpen(state) ? escalation!.reference : null;
    items.push({ key: 'leaving', kind: 'leaving', reference });
  }
  return items;
}

function messageItems(state: State, message: ConversationMessage, before?: ConversationMessage): Item[] {
  if (message.role === 'system') {
    return message.event ? [{ key: message.id, kind: 'event', message }] : [];
  }
  const is_follow_on = before?.role === message.role && before.author_name === message.author_name;
  const shown: Item = { key: message.id, kind: 'message', message, is_follow_on };
  if (message.role !== 'assistant') return [shown];
  const next = followedBy(state, message);
  return next ? [shown, next] : [shown];
}

/** After an assistant's reply: the pair of answers, or the offer of a person when the bot knew nothing. */
function followedBy(state: State, message: ConversationMessage): Item | null {
  const message_id = message.id;
  const isLatest = lastOf(state.messages, ({ role }) => role !== 'system') === message;
  const isRated =
    message.feedback ?? state.pending.find(({ kind, id }) => kind === 'feedback' && id === message_id);
  if (isRated) return isLatest ? { key: `thanks:${message_id}`, kind: 'thanks' } : null;
  if (isEscalationOpen(state) || isAsking(state)) return null;
  const asked_in = isLatest ? state.offer : null;
  const wants_human = message.suggest_human || asked_in !== null;
  // An answer that was none needs no praise; what helps then is a person.
  if (state.config!.show_escalation_cta && !message.suggest_human) {
    return { key: `cta:${message_id}`, kind: 'cta', message_id, is_latest: isLatest, wants_human, asked_in };
  }
  if (!wants_human) return null;
  return { key: `help:${message_id}`, kind: 'suggest_human', message_id, is_latest: isLatest, asked_in };
}

function caseItem(state: State, escalation: EscalationState): Item {
  const { labels, person_available, lead_form } = state.config!;
  const { is_sender_stopped, contact_text } = person_available;
  const standing = is_sender_stopped && contact_text ? contact_text : labels.confirmation;
  return {
    key: `case:${escalation.escalation_id}`,
    kind: 'case',
    escalation,
    confirmation: state.confirmation ?? standing,
    has_lead: state.has_lead,
    can_add_lead:
      escalation.status === 'open' && lead_form.timing !== 'off' && !state.lead_form && lacksLead(state),
  };
}

/** The questions suggested with the latest answer, unless the pair of answers takes their place. */
function suggestions({ config, messages, pending, stream }: State): string[] {
  const latest = lastOf(messages);
  if (latest?.role !== 'assistant' || stream || pending.some(({ kind }) => kind === 'message')) return [];
  return config!.replace_followups && config!.show_escalation_cta ? [] : latest.followups;
}
