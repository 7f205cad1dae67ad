import type {
  AssistantReply,
  ConversationMessage,
  ConversationState,
  EscalationState,
} from '#shared/contract.ts';
import { describe, expect, it } from 'vitest';
import * as store from './store.ts';
import type { Change, State } from './store.ts';

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

/** One thing that is heard, whatever was known before. */
type Step = (state: State) => Change;

const read =
  (more: Partial<ConversationState> = {}): Step =>
  (state) =>
    store.read(state, {
      conversation_id: 'c',
      messages: [],
      last_seq: 0,
      escalation: null,
      handled_by: null,
      is_assistant_muted: false,
      has_lead: false,
      config_version: '1',
      ...more,
    });

const answered =
  (id: string, message: ConversationMessage | null, intent: AssistantReply['intent'] = null): Step =>
  (state) =>
    store.answered(state, id, { message, followups: [], suggest_human: false, intent });

const escalated = (number: number): Step => {
  const { escalation_id, reference, status, ask_count, escalated_at } = episode(number);
  const reply = { escalation_id, reference, number, status, ask_count, confirmation_message: 'Sent!' };
  return (state) => store.escalated(state, reply, escalated_at);
};

const after = (...steps: Step[]): State =>
  steps.reduce((state, step) => ({ ...state, ...step(state) }), store.INITIAL_STATE);

describe('the conversation', () => {
  it('shows a message once, however often and in whatever order it arrives', () => {
    const state = after(
      answered('m1', message(2)),
      read({ messages: [message(1, { role: 'visitor' }), message(2)], last_seq: 2 }),
      read({ messages: [message(2)], last_seq: 2 }),
    );
    expect(state.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
  });

  it('keeps a thumbs-up that an older read does not know of', () => {
    const state = after(
      read({ messages: [message(1)], last_seq: 1 }),
      (state) => store.rated(state, 'm1'),
      read({ messages: [message(1)], last_seq: 1 }),
    );
    expect(state.messages[0]!.feedback).toBe('positive');
  });

  it('gathers a streamed answer, and drops pieces of an answer to something else', () => {
    const state = after(
      (state) => store.accepted(state, message(1, { role: 'visitor' })),
      (state) => store.streamed(state, 'm1', { text: 'Free ', at: 0, content: '["Free "]' }),
      (state) => store.streamed(state, 'older', { text: 'noise', at: 0, content: '["noise"]' }),
      (state) => store.streamed(state, 'm1', { text: 'returns', at: 7, content: 'returns"]' }),
    );
    expect(state.stream).toEqual({ id: 'm1', text: 'Free returns', content: '["Free returns"]' });
  });

  it('gathers the text of an answer from a function of before, which says no more than that', () => {
    const state = after(
      (state) => store.accepted(state, message(1, { role: 'visitor' })),
      (state) => store.streamed(state, 'm1', { text: 'Free **' }),
      (state) => store.streamed(state, 'm1', { text: 'returns**' }),
    );
    expect(state.stream).toEqual({ id: 'm1', text: 'Free **returns**', content: '' });
  });

  it('forgets everything about a conversation the server no longer knows, except what is not sent', () => {
    const pending: State['pending'] = [
      { kind: 'message', id: 'p', at: '', text: 'hello', status: 'sending', code: null },
    ];
    const state = after(
      read({ messages: [message(1)], last_seq: 1, escalation: episode(1), has_lead: true }),
      () => ({ pending }),
      () => store.NOTHING_YET,
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
    const offered = answered('m1', null, 'offer');
    expect(after(offered).offer).toBe('m1');
    expect(after(offered, escalated(1)).offer).toBeNull();
    expect(after(escalated(1), offered).offer).toBeNull();
  });
});

it('never counts what was seen backwards', () => {
  const seen = (seq: number) => (state: State) => store.seen(state, seq);
  expect(after(seen(5), seen(3)).seen_seq).toBe(5);
});
