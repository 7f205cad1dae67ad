/**
 * All that the widget knows, and how each thing it hears changes that. Pure: the same actions give the same state,
 * and nothing here touches the page, the clock or the network. The server's rows keep their names.
 */
import type {
  AssistantReply,
  ConversationMessage,
  ConversationState,
  EscalationReply,
  EscalationState,
  LeadTiming,
  ReplyDelta,
  WidgetConfig,
} from '#shared/contract.ts';
import type { Entry } from './outbox.ts';
import type { Progress } from './sender.ts';

export interface State {
  config: WidgetConfig | null;
  /** Why there is no chat here at all, such as `ORIGN`. */
  fault: string | null;
  /** Told in the place of a fault, until the visitor does something. */
  notice: string;
  is_open: boolean;
  is_online: boolean;
  messages: ConversationMessage[];
  /** Everything up to here has been read from the server. */
  last_seq: number;
  /** Sent by the visitor, not confirmed by the server. */
  pending: (Entry & Progress)[];
  /** The answer on its way: to which message, and what has arrived of it. */
  stream: { id: string; text: string; content: string } | null;
  escalation: EscalationState | null;
  /** The server's words for this episode; the config's stand in after a reload. */
  confirmation: string | null;
  handled_by: string | null;
  is_assistant_muted: boolean;
  has_lead: boolean;
  /** The message with which the visitor asked for a person in their own words. */
  offer: string | null;
  /** The form that is open, named by its moment: the owner's, or the question of our own where theirs asks for no address. */
  lead_form: Exclude<LeadTiming, 'off'> | 'own' | null;
  /** What asks for an address to answer to, where none is known. */
  question: string | undefined;
  was_lead_form_closed: boolean;
  seen_seq: number;
  /** The visitor has asked for a new conversation and not said yet whether to leave this one. */
  is_leaving: boolean;
  /** The reference of the open request in the conversation that was left for this one. */
  left: string | null;
}

/** What differs in the next state. */
export type Change = Partial<State>;

/** Of a conversation that has not begun, or that the server no longer knows. What is not sent yet does not belong to it. */
export const NOTHING_YET = {
  messages: [],
  last_seq: 0,
  stream: null,
  escalation: null,
  confirmation: null,
  handled_by: null,
  is_assistant_muted: false,
  has_lead: false,
  offer: null,
  lead_form: null,
  question: undefined,
  was_lead_form_closed: false,
  seen_seq: 0,
  is_leaving: false,
  left: null,
} satisfies Partial<State>;

export const INITIAL_STATE: State = {
  ...NOTHING_YET,
  config: null,
  fault: null,
  notice: '',
  is_open: false,
  is_online: true,
  pending: [],
};

/** Newer rows win by id; order is the server's `seq`. A message can arrive by stream and by poll alike. */
function merge(known: ConversationMessage[], arrived: ConversationMessage[]): ConversationMessage[] {
  if (!arrived.length) return known;
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of arrived) {
    // A read that began before the thumbs-up was stored must not bring the pair of buttons back.
    const feedback = message.feedback ?? byId.get(message.id)?.feedback ?? null;
    byId.set(message.id, { ...message, feedback });
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** The server has told what stands in the conversation. */
export function read(state: State, conversation: ConversationState): Change {
  const { messages, last_seq, handled_by, is_assistant_muted, has_lead } = conversation;
  // A read that began before the tap was stored must not take the confirmation away again.
  const isOlder = (conversation.escalation?.number ?? 0) < (state.escalation?.number ?? 0);
  const escalation = isOlder ? state.escalation : conversation.escalation;
  const isSameEpisode = escalation?.escalation_id === state.escalation?.escalation_id;
  return {
    fault: null,
    messages: merge(state.messages, messages),
    last_seq: Math.max(last_seq, state.last_seq),
    escalation,
    confirmation: isSameEpisode ? state.confirmation : null,
    handled_by,
    is_assistant_muted,
    has_lead: has_lead || state.has_lead,
    offer: escalation?.status === 'open' ? null : state.offer,
  };
}

/** The server has the visitor's message; its answer begins. */
export function accepted(state: State, message: ConversationMessage): Change {
  return {
    messages: merge(state.messages, [message]),
    stream: { id: message.id, text: '', content: '' },
    offer: null,
  };
}

/** A piece of the answer to the message with this id. */
export function streamed({ stream }: State, id: string, { text, at, content = '' }: ReplyDelta): Change {
  if (stream?.id !== id) return {};
  return { stream: { id, text: stream.text + text, content: stream.content.slice(0, at) + content } };
}

/** The answer to the message with this id has ended; without a reply it failed. */
export function answered(state: State, id: string, reply?: AssistantReply): Change {
  const { messages, stream, offer } = state;
  return {
    messages: merge(messages, reply?.message ? [reply.message] : []),
    stream: stream?.id === id ? null : stream,
    offer: reply?.intent === 'offer' && state.escalation?.status !== 'open' ? id : offer,
  };
}

/** The server has recorded the request for a person, at this time by the visitor's clock (ISO 8601). */
export function escalated({ escalation, question }: State, reply: EscalationReply, at: string): Change {
  const known = escalation?.escalation_id === reply.escalation_id ? escalation : null;
  const { confirmation_message, address_question, ...episode } = reply;
  return {
    escalation: {
      ...episode,
      escalated_at: known?.escalated_at ?? at,
      first_opened_at: known?.first_opened_at ?? null,
    },
    confirmation: confirmation_message,
    question: address_question || question,
    offer: null,
  };
}

export function rated({ messages }: State, id: string): Change {
  return {
    messages: messages.map((message) => (message.id === id ? { ...message, feedback: 'positive' } : message)),
  };
}

/** The visitor has seen everything up to here, perhaps in another tab. */
export function seen({ seen_seq }: State, seq: number): Change {
  return { seen_seq: Math.max(seen_seq, seq) };
}
