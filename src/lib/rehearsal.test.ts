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

it('hears what is written, rated and asked for, and confirms in the words on trial', async () => {
  const ask = createRehearsal({ labels, version: '1' });
  expect(await ask('messages', query(), { id: 'x', text: 'Hi' })).toMatchObject({
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

it('knows that contact details were given, and keeps none of them', () => {
  const ask = createRehearsal({ labels, version: '1' });
  expect(ask('conversation', query(), {})).toMatchObject({ has_lead: false });
  expect(ask('leads', query(), { email: 'vera@example.test' })).toBeNull();
  const conversation = ask('conversation', query(), {});
  expect(conversation).toMatchObject({ has_lead: true });
  expect(JSON.stringify(conversation)).not.toContain('vera');
});

it('begins where it is told to: with nothing said, or with a visitor who waits', () => {
  const silent = createRehearsal({ labels, version: '1' }, { begins: 'silent' });
  expect(silent('conversation', query(), {})).toMatchObject({ messages: [], escalation: null });
  const waiting = createRehearsal({ labels, version: '1' }, { begins: 'waiting' });
  expect(waiting('conversation', query(), {})).toMatchObject({ escalation: { status: 'open' } });
});

it('answers by what was heard, and keeps nothing of a sentence that could not be judged', async () => {
  const judged = new Map([
    ['a person', { intent: 'offer' as const, text: 'Of course.' }],
    ['at once', { intent: 'escalate' as const, text: null }],
  ]);
  const hear = (text: string) => {
    const found = judged.get(text);
    return found ? Promise.resolve(found) : Promise.reject(new Error('No line.'));
  };
  const ask = createRehearsal({ labels, version: '1' }, { begins: 'silent', hear });
  const say = (text: string) => ask('messages', query(), { id: text, text });
  expect(await say('a person')).toMatchObject({ message: { text: 'Of course.' }, intent: 'offer' });
  expect(await say('at once')).toMatchObject({ message: null, intent: 'escalate' });
  await expect(say('anything else')).rejects.toThrow('No line.');
  expect(ask('conversation', query(), {})).toMatchObject({ last_seq: 3 });
});
