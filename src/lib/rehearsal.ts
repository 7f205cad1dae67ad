/**
 * A server for the widget in a preview: one question, one answer, and whatever the owner then tries. Nothing leaves the page, so
 * that trying labels out makes no conversation that somebody would count or answer.
 */
import type { ConversationMessage, EscalationState, MessageRole, WidgetConfig } from '#shared/contract.ts';

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
) => object | null;

export function createRehearsal(config: Pick<WidgetConfig, 'labels' | 'version'>): Rehearsal {
  const messages: ConversationMessage[] = [];
  let escalation: EscalationState | null = null;

  function add(role: MessageRole, text: string, followups: string[] = [], id: string = crypto.randomUUID()) {
    const message: ConversationMessage = {
      id,
      seq: messages.length + 1,
      role,
      text,
      author_name: null,
      event: null,
      feedback: null,
      followups,
      suggest_human: false,
      created_at: new Date().toISOString(),
    };
    messages.push(message);
    return message;
  }
  add('visitor', QUESTION);
  add('assistant', ANSWER, FOLLOWUPS);

  const answers: Record<string, (query: URLSearchParams, body: Record<string, unknown>) => object | null> = {
    conversation: (query) => ({
      conversation_id: '00000000-0000-4000-8000-000000000000',
      messages: messages.filter(({ seq }) => seq > Number(query.get('after') ?? 0)),
      last_seq: messages.length,
      escalation,
      handled_by: null,
      is_assistant_muted: false,
      has_lead: false,
      config_version: config.version,
    }),
    messages: (_, { id, text }) => {
      add('visitor', String(text), [], String(id));
      const message = add('assistant', ANSWER, FOLLOWUPS);
      return { message, followups: FOLLOWUPS, suggest_human: false, intent: null };
    },
    feedback: (_, { message_id }) => {
      const rated = messages.find(({ id }) => id === message_id);
      if (rated) rated.feedback = 'positive';
      return null;
    },
    escalations: () => {
      escalation ??= {
        escalation_id: crypto.randomUUID(),
        reference: 'ABC-123',
        number: 1,
        status: 'open',
        ask_count: 1,
        escalated_at: new Date().toISOString(),
        first_opened_at: null,
      };
      const { escalation_id, reference, number, status, ask_count } = escalation;
      const { confirmation } = config.labels;
      return { escalation_id, reference, number, status, ask_count, confirmation_message: confirmation };
    },
  };
  return (path, query, body) => answers[path]?.(query, body) ?? null;
}
