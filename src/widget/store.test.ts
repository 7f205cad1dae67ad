import type { ConversationMessage, ConversationState, EscalationState } from '#shared/contract.ts';
import { describe, expect, it } from 'vitest';
import { INITIAL_STATE, reduce, type Action, type State } from './store.ts';

const message = (seq: number, more: Partial<ConversationMessage> = {}): ConversationMessage => ({
  id: `m${seq}`,
  seq,
  role: 'assistant',
  text: `text ${seq}`,
  author_name: null,
  event: null,
  feedback: null,
  followups: [],
  suggest_human: false,
  in_reply_to: null,
  created_at: `2026-04-19T10:00:0${seq}Z`,
  ...more,
});

const episode = (number: number, more: Partial<EscalationState> = {}): EscalationState => ({
  escalation_id: `e${number}`,
  reference: 'K7Q-4MX',
  number,
  status: 'open',
  ask_count: 1,
  escalated_at: '2026-04-19T10:00:05Z',
  first_opened_at: null,
  ...more,
});

const read = (more: Partial<ConversationState> = {}): Action => ({
  type: 'conversation',
  conversation: {
    conversation_id: 'c',
    messages: [],
    last_seq: 0,
    escalation: null,
    handled_by: null,
    is_assistant_muted: false,
    has_lead: false,
    config_version: '1',
    ...more,
  },
});

const after = (...actions: Action[]): State => actions.reduce(reduce, INITIAL_STATE);
const escalated = (number: number): Action => {
  const { escalation_id, reference, status, ask_count, escalated_at } = episode(number);
  const reply = { escalation_id, reference, number, status, ask_count, confirmation_message: 'Sent!' };
  return { type: 'escalated', reply, at: escalated_at };
};

describe('the conversation', () => {
  it('shows a message once, however often and in whatever order it arrives', () => {
    const state = after(
      {
        type: 'reply',
        id: 'm1',
        reply: { message: message(2), followups: [], suggest_human: false, intent: null },
      },
      read({ messages: [message(1, { role: 'visitor' }), message(2)], last_seq: 2 }),
      read({ messages: [message(2)], last_seq: 2 }),
    );
    expect(state.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
  });

  it('keeps a thumbs-up that an older read does not know of', () => {
    const state = after(
      read({ messages: [message(1)], last_seq: 1 }),
      { type: 'rated', message_id: 'm1' },
      read({ messages: [message(1)], last_seq: 1 }),
    );
    expect(state.messages[0]!.feedback).toBe('positive');
  });

  it('gathers a streamed answer, and drops pieces of an answer to something else', () => {
    const state = after(
      { type: 'accepted', message: message(1, { role: 'visitor' }) },
      { type: 'delta', id: 'm1', text: 'Free ' },
      { type: 'delta', id: 'older', text: 'noise' },
      { type: 'delta', id: 'm1', text: 'returns' },
    );
    expect(state.stream).toEqual({ id: 'm1', text: 'Free returns' });
  });

  it('forgets everything about a conversation the server no longer knows, except what is not sent', () => {
    const pending: State['pending'] = [
      { kind: 'message', id: 'p', at: '', text: 'hello', status: 'sending', code: null },
    ];
    const state = after(
      read({ messages: [message(1)], last_seq: 1, escalation: episode(1), has_lead: true }),
      { type: 'pending', pending },
      { type: 'session_lost' },
    );
    expect(state).toMatchObject({ messages: [], escalation: null, has_lead: false, last_seq: 0, pending });
  });
});

describe('an escalation', () => {
  it('carries the words of the server that confirmed it', () => {
    expect(after(escalated(1))).toMatchObject({
      confirmation: 'Sent!',
      escalation: { reference: 'K7Q-4MX' },
    });
  });

  it('is not taken away by a read that began before it', () => {
    expect(after(escalated(1), read()).escalation?.number).toBe(1);
  });

  it('keeps its words while it lasts, and loses them when another episode begins', () => {
    const opened = read({ escalation: episode(1, { first_opened_at: '2026-04-19T10:42:00Z' }) });
    expect(after(escalated(1), opened)).toMatchObject({ confirmation: 'Sent!' });
    expect(after(escalated(1), read({ escalation: episode(2) })).confirmation).toBeNull();
  });

  it('ends the offer it answers', () => {
    const offered: Action = {
      type: 'reply',
      id: 'm1',
      reply: { message: null, followups: [], suggest_human: false, intent: 'offer' },
    };
    expect(after(offered).offer).toBe('m1');
    expect(after(offered, escalated(1)).offer).toBeNull();
    expect(after(escalated(1), offered).offer).toBeNull();
  });
});

it('never counts what was seen backwards', () => {
  expect(after({ type: 'seen', seq: 5 }, { type: 'seen', seq: 3 }).seen_seq).toBe(5);
});
