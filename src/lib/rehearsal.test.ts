import { expect, it } from 'vitest';
import { createRehearsal } from './rehearsal';

const labels = { positive: 'Yes', request_help: 'A person', confirmation: 'We come at nine.' };
const query = (text = '') => new URLSearchParams(text);

it('begins with an answer under which the pair of buttons stands', () => {
  const ask = createRehearsal({ labels, version: '1' });
  expect(ask('conversation', query('after=0'), {})).toMatchObject({
    messages: [
      { role: 'visitor' },
      { role: 'assistant', followups: [expect.any(String), expect.any(String)] },
    ],
    last_seq: 2,
    escalation: null,
    config_version: '1',
  });
});

it('hears what is written, rated and asked for, and confirms in the words on trial', () => {
  const ask = createRehearsal({ labels, version: '1' });
  expect(ask('messages', query(), { id: 'x', text: 'Hi' })).toMatchObject({
    message: { role: 'assistant', seq: 4 },
  });
  const { messages } = ask('conversation', query('after=2'), {}) as {
    messages: { id: string; text: string }[];
  };
  expect(messages.map(({ text }) => text)[0]).toBe('Hi');
  expect(ask('feedback', query(), { message_id: messages[1]!.id })).toBeNull();
  expect(ask('conversation', query('after=3'), {})).toMatchObject({ messages: [{ feedback: 'positive' }] });
  const reply = ask('escalations', query(), {});
  expect(reply).toMatchObject({ status: 'open', confirmation_message: 'We come at nine.' });
  expect(ask('conversation', query(), {})).toMatchObject({ escalation: { reference: 'ABC-123' } });
  expect(ask('seen', query(), {})).toBeNull();
});
