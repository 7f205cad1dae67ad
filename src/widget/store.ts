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
  WidgetConfig,
} from '#shared/contract.ts';
import type { Entry } from './outbox.ts';
import type { Progress } from './sender.ts';

export interface State {
  config: WidgetConfig | null;
  /** Why there is no chat here at all, such as `ORIGN`. */
  fault: string | null;
  is_open: boolean;
  is_online: boolean;
  messages: ConversationMessage[];
  /** Everything up to here has been read from the server. */
  last_seq: number;
  /** Sent by the visitor, not confirmed by the server. */
  pending: (Entry & Progress)[];
  /** The answer on its way: to which message, and what has arrived of it. */
  stream: { id: string; text: string } | null;
  escalation: EscalationState | null;
  /** The server's words for this episode; the config's stand in after a reload. */
  confirmation: string | null;
  handled_by: string | null;
  is_assistant_muted: boolean;
  has_lead: boolean;
  /** The message with which the visitor asked for a person in their own words. */
  offer: string | null;
  /** The lead form that is open, named by its moment. */
  lead_form: Exclude<LeadTiming, 'off'> | null;
  was_lead_form_closed: boolean;
  seen_seq: number;
  /** The visitor has asked for a new conversation and not said yet whether to leave this one. */
  is_leaving: boolean;
  /** The reference of the open request in the conversation that was left for this one. */
  left: string | null;
}

export type Action =
  | { type: 'config'; config: WidgetConfig }
  | { type: 'fault'; code: string }
  | { type: 'panel'; is_open: boolean }
  | { type: 'line'; is_online: boolean }
  | { type: 'conversation'; conversation: ConversationState }
  | { type: 'pending'; pending: State['pending'] }
  | { type: 'accepted'; message: ConversationMessage }
  | { type: 'delta'; id: string; text: string }
  | { type: 'reply'; id: string; reply: AssistantReply }
  | { type: 'answer_failed'; id: string }
  | { type: 'escalated'; reply: EscalationReply; at: string }
  | { type: 'rated'; message_id: string }
  | { type: 'declined' }
  | { type: 'lead_form'; moment: State['lead_form'] }
  | { type: 'lead_form_closed' }
  | { type: 'lead_saved' }
  | { type: 'seen'; seq: number }
  | { type: 'leaving'; is_leaving: boolean }
  | { type: 'left'; reference: string | null }
  | { type: 'session_lost' };

const NOTHING_YET = {
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
  was_lead_form_closed: false,
  seen_seq: 0,
  is_leaving: false,
  left: null,
} satisfies Partial<State>;

export const INITIAL_STATE: State = {
  ...NOTHING_YET,
  config: null,
  fault: null,
  is_open: false,
  is_online: true,
  pending: [],
};

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'config':
      return { ...state, config: action.config, fault: null };
    case 'fault':
      return { ...state, fault: action.code };
    case 'panel':
      return { ...state, is_open: action.is_open };
    case 'line':
      return { ...state, is_online: action.is_online };
    case 'conversation':
      return withConversation({ ...state, fault: null }, action.conversation);
    case 'pending':
      return { ...state, pending: action.pending };
    case 'accepted':
      return {
        ...state,
        messages: merge(state.messages, [action.message]),
        stream: { id: action.message.id, text: '' },
        offer: null,
      };
    case 'delta':
      return state.stream?.id === action.id
        ? { ...state, stream: { id: action.id, text: state.stream.text + action.text } }
        : state;
    case 'reply':
      return withReply(state, action.id, action.reply);
    case 'answer_failed':
      return state.stream?.id === action.id ? { ...state, stream: null } : state;
    case 'escalated':
      return withEscalation(state, action.reply, action.at);
    case 'rated':
      return { ...state, messages: rate(state.messages, action.message_id) };
    case 'declined':
      return { ...state, offer: null };
    case 'lead_form':
      return { ...state, lead_form: action.moment };
    case 'lead_form_closed':
      return { ...state, lead_form: null, was_lead_form_closed: true };
    case 'lead_saved':
      return { ...state, lead_form: null, has_lead: true };
    case 'seen':
      return { ...state, seen_seq: Math.max(state.seen_seq, action.seq) };
    case 'leaving':
      return { ...state, is_leaving: action.is_leaving };
    case 'left':
      return { ...state, left: action.reference };
    case 'session_lost':
      return { ...state, ...NOTHING_YET };
  }
}

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

function withConversation(state: State, conversation: ConversationState): State {
  const { messages, last_seq, handled_by, is_assistant_muted, has_lead } = conversation;
  // A read that began before the tap was stored must not take the confirmation away again.
  const isOlder = (conversation.escalation?.number ?? 0) < (state.escalation?.number ?? 0);
  const escalation = isOlder ? state.escalation : conversation.escalation;
  const isSameEpisode = escalation?.escalation_id === state.escalation?.escalation_id;
  return {
    ...state,
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

function withReply(state: State, id: string, reply: AssistantReply): State {
  return {
    ...state,
    messages: merge(state.messages, reply.message ? [reply.message] : []),
    stream: state.stream?.id === id ? null : state.stream,
    offer: reply.intent === 'offer' && state.escalation?.status !== 'open' ? id : state.offer,
  };
}

function withEscalation(state: State, reply: EscalationReply, at: string): State {
  const known = state.escalation?.escalation_id === reply.escalation_id ? state.escalation : null;
  const { confirmation_message, ...episode } = reply;
  return {
    ...state,
    escalation: {
      ...episode,
      escalated_at: known?.escalated_at ?? at,
      first_opened_at: known?.first_opened_at ?? null,
    },
    confirmation: confirmation_message,
    offer: null,
  };
}

function rate(messages: ConversationMessage[], id: string): ConversationMessage[] {
  return messages.map((message) => (message.id === id ? { ...message, feedback: 'positive' } : message));
}
