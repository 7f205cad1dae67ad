/**
 * A server for the widget in a preview: one question, one answer, and whatever the owner then tries. Nothing leaves the page, so
 * that trying settings out makes no conversation that somebody would count or answer.
 */
import { contentOf } from '#shared/content.ts';
import type {
  AssistantReply,
  ConversationMessage,
  EscalationState,
  MessageRole,
  WidgetConfig,
} from '#shared/contract.ts';

const QUESTION = 'Can I change my delivery address?';
const ANSWER = 'Yes, until the parcel has left our warehouse. Open your order and choose **Change address**.';
const FOLLOWUPS = ['How long does delivery take?', 'What does delivery cost?'];

/** What the widget keeps in storage when it has spoken with a server before. */
export const REHEARSED_SESSION = JSON.stringify({
  session_id: 'embed-preview',
  conversation_id: '00000000-0000-4000-8000-000000000000',
  token: 'preview',
});

/** Answers the widget's calls, by their path below the function: the body of the answer, or null for none. */
export type Rehearsal = (
  path: string,
  query: URLSearchParams,
  body: Record<string, unknown>,
) => object | null | Promise<object | null>;

/** Where the visitor stands when the preview begins. */
export type Beginning = 'silent' | 'answered' | 'waiting';

/** What the assistant makes of a sentence; no text when the hand-off itself is the answer. */
export interface Hearing {
  intent: AssistantReply['intent'];
  text: string | null;
}

interface Scene {
  begins?: Beginning;
  /** Judges what is written, instead of the same answer to everything. */
  hear?: ((text: string) => Promise<Hearing>) | undefined;
}

export function createRehearsal(
  config: Pick<WidgetConfig, 'labels' | 'version'>,
  { begins = 'answered', hear }: Scene = {},
): Rehearsal {
  const messages: ConversationMessage[] = [];
  let escalation: EscalationState | null = null;
  let has_lead = false;

  function add(role: MessageRole, text: string, more: Partial<ConversationMessage> = {}) {
    const message: ConversationMessage = {
      id: crypto.randomUUID(),
      seq: messages.length + 1,
      role,
      text,
      content: contentOf(role, text),
      author_name: null,
      event: null,
      feedback: null,
      followups: [],
      suggest_human: false,
      in_reply_to: null,
      created_at: new Date().toISOString(),
      ...more,
    };
    messages.push(message);
    return message;
  }

  function ask() {
    escalation ??= {
      escalation_id: crypto.randomUUID(),
      reference: 'ABC-123',
      number: 1,
      status: 'open',
      ask_count: 1,
      escalated_at: new Date().toISOString(),
      first_opened_at: null,
    };
    return escalation;
  }
  if (begins !== 'silent') {
    add('visitor', QUESTION);
    add('assistant', ANSWER, { followups: FOLLOWUPS, in_reply_to: messages[0]!.id });
  }
  if (begins === 'waiting') ask();

  type Answer = (query: URLSearchParams, body: Record<string, unknown>) => ReturnType<Rehearsal>;
  const answers: Record<string, Answer> = {
    conversation: (query) => ({
      conversation_id: '00000000-0000-4000-8000-000000000000',
      messages: messages.filter(({ seq }) => seq > Number(query.get('after') ?? 0)),
      last_seq: messages.length,
      escalation,
      handled_by: null,
      is_assistant_muted: false,
      has_lead,
      config_version: config.version,
    }),
    messages: async (_, { id, text }) => {
      const said = String(text);
      const heard = await (hear?.(said) ?? { intent: null, text: ANSWER });
      const in_reply_to = add('visitor', said, { id: String(id) }).id;
      const followups = hear ? [] : FOLLOWUPS;
      const suggest_human = heard.intent === 'offer';
      const message =
        heard.text === null ? null : add('assistant', heard.text, { followups, suggest_human, in_reply_to });
      return { message, followups, suggest_human, intent: heard.intent };
    },
    feedback: (_, { message_id }) => {
      const rated = messages.find(({ id }) => id === message_id);
      if (rated) rated.feedback = 'positive';
      return null;
    },
    leads: () => {
      has_lead = true;
      return null;
    },
    escalations: () => {
      const { escalation_id, reference, number, status, ask_count } = ask();
      const { confirmation } = config.labels;
      return { escalation_id, reference, number, status, ask_count, confirmation_message: confirmation };
    },
  };
  return (path, query, body) => answers[path]?.(query, body) ?? null;
}
