import type { ConversationMessage, EscalationState, WidgetConfig } from '#shared/contract.ts';
import { describe, expect, it } from 'vitest';
import * as store from './store.ts';
import type { Change, State } from './store.ts';
import { needsLeadFirst, phaseOf, transcript, unreadCount } from './transcript.ts';

const config: WidgetConfig = {
  chatbot_id: 'b',
  name: 'Shop',
  greeting: 'Hej!',
  accent_color: '#1f6f54',
  colors: { on_accent: '#fff', accent_light: '#1f6f54', accent_dark: '#528f7b' },
  initial: 'S',
  position: 'right',
  locale: 'en',
  show_escalation_cta: true,
  replace_followups: false,
  when_lost: { unavailable: '', kept: '' },
  labels: { positive: 'Yes', request_help: 'Help', confirmation: 'Sent!' },
  followup_buttons: [],
  lead_form: { timing: 'off', intro: null, fields: [{ key: 'email', label: null, is_required: true }] },
  person_available: {
    is_available: true,
    back_at: null,
    back_at_local: null,
    time_zone: null,
    expected_wait_hours: null,
    contact_text: null,
    is_sender_stopped: false,
  },
  realtime: null,
  page_parameters: [],
  version: '1',
};

let seq = 0;
const message = (
  role: ConversationMessage['role'],
  more: Partial<ConversationMessage> = {},
): ConversationMessage => ({
  id: `${role}-${++seq}`,
  seq,
  role,
  text: 'text',
  author_name: null,
  event: null,
  feedback: null,
  followups: [],
  suggest_human: false,
  in_reply_to: null,
  created_at: '2026-04-19T10:00:00Z',
  ...more,
});

const open: EscalationState = {
  escalation_id: 'e',
  reference: 'K7Q-4MX',
  number: 1,
  status: 'open',
  ask_count: 1,
  escalated_at: '2026-04-19T10:30:00Z',
  first_opened_at: null,
};

const state = (more: Partial<State> = {}, settings: Partial<WidgetConfig> = {}): State => ({
  ...store.INITIAL_STATE,
  ...more,
  config: { ...config, ...settings },
});
const kinds = (given: State) => transcript(given).map(({ kind }) => kind);
const asking: State['pending'][number] = {
  kind: 'escalation',
  id: 'r',
  at: '',
  request: { request_id: 'r', trigger: 'inline_cta' },
  status: 'waiting',
  code: 'OFFLN',
};

describe('the pair of buttons', () => {
  const talk = [message('visitor'), message('assistant'), message('visitor'), message('assistant')];

  it('follows every reply of the assistant, and not the greeting', () => {
    expect(kinds(state({ messages: talk }))).toEqual([
      'greeting',
      'message',
      'message',
      'cta',
      'message',
      'message',
      'cta',
    ]);
  });

  it('never follows a person', () => {
    expect(kinds(state({ messages: [message('agent')] }))).toEqual(['greeting', 'message']);
  });

  it('is gone while a request is open, also while it only waits to be sent', () => {
    expect(kinds(state({ messages: talk, escalation: open }))).not.toContain('cta');
    expect(kinds(state({ messages: talk, pending: [asking] }))).not.toContain('cta');
  });

  it('comes back when the request is resolved', () => {
    expect(kinds(state({ messages: talk, escalation: { ...open, status: 'resolved' } }))).toContain('cta');
  });

  it('is dismissed for the one message that was rated', () => {
    const rated = [talk[0]!, { ...talk[1]!, feedback: 'positive' as const }, talk[2]!, talk[3]!];
    const left = transcript(state({ messages: rated })).filter(({ kind }) => kind === 'cta');
    expect(left).toHaveLength(1);
    expect(left[0]).toMatchObject({ message_id: talk[3]!.id });
  });

  it('stays dismissed while the thumbs-up is still on its way after a reload', () => {
    const { id } = talk[1]!;
    const pending: State['pending'] = [{ kind: 'feedback', id, at: '', status: 'waiting', code: 'OFFLN' }];
    expect(kinds(state({ messages: talk.slice(0, 2), pending }))).toEqual([
      'greeting',
      'message',
      'message',
      'thanks',
    ]);
  });

  it('is not shown when it is switched off; then only an answer that knows nothing offers a person', () => {
    const off = { show_escalation_cta: false };
    expect(kinds(state({ messages: talk }, off))).not.toContain('cta');
    const lost = [message('visitor'), message('assistant', { suggest_human: true })];
    expect(kinds(state({ messages: lost }, off))).toContain('suggest_human');
  });

  it('takes the words that asked for a person as the reason for the tap', () => {
    const [asked, answer] = [message('visitor'), message('assistant')];
    const items = transcript(state({ messages: [asked, answer], offer: asked.id }));
    expect(items.at(-1)).toMatchObject({ kind: 'cta', asked_in: asked.id, wants_human: true });
  });
});

describe('the suggested questions', () => {
  const answer = message('assistant', { followups: ['And then?'] });

  it('stand beside the pair', () => {
    expect(kinds(state({ messages: [answer] }))).toEqual(['greeting', 'message', 'cta', 'suggestions']);
  });

  it('give way to the pair when the owner wants that', () => {
    expect(kinds(state({ messages: [answer] }, { replace_followups: true }))).not.toContain('suggestions');
    const off = { replace_followups: true, show_escalation_cta: false };
    expect(kinds(state({ messages: [answer] }, off))).toContain('suggestions');
  });

  it('go as soon as the visitor says something', () => {
    const said: State['pending'][number] = {
      kind: 'message',
      id: 'x',
      at: '',
      text: 'x',
      status: 'sending',
      code: null,
    };
    expect(kinds(state({ messages: [answer], pending: [said] }))).not.toContain('suggestions');
  });
});

describe('the request for a person', () => {
  it('stands where it happened, between what was said before and after', () => {
    const before = message('visitor');
    const afterwards = message('agent', { created_at: '2026-04-19T10:31:00Z' });
    expect(kinds(state({ messages: [before, afterwards], escalation: open }))).toEqual([
      'greeting',
      'message',
      'case',
      'message',
    ]);
  });

  it('is not called sent before the server has said so', () => {
    const items = transcript(state({ pending: [asking] }));
    expect(items.map(({ kind }) => kind)).toEqual(['greeting', 'pending']);
  });

  it('says the contact text after a reload while the sender has stopped', () => {
    const person_available = {
      ...config.person_available,
      is_sender_stopped: true,
      contact_text: 'Call us.',
    };
    const shown = (more: Partial<State>) => transcript(state(more, { person_available })).at(-1);
    expect(shown({ escalation: open })).toMatchObject({ kind: 'case', confirmation: 'Call us.' });
  });

  it('opens the form before the confirmation, and confirms when the form is closed', () => {
    const lead_form = { ...config.lead_form, timing: 'before_escalation' as const };
    const asked = state({ escalation: open, lead_form: 'before_escalation' }, { lead_form });
    expect(kinds(asked)).toEqual(['greeting', 'recorded', 'lead_form']);
    const closed = { ...asked, lead_form: null, was_lead_form_closed: true };
    expect(transcript(closed).at(-1)).toMatchObject({ kind: 'case', can_add_lead: true });
  });
});

describe('an answer on its way', () => {
  const asked = message('visitor', { id: 'q', seq: 1 });
  const answer = message('assistant', { id: 'a', seq: 2, in_reply_to: 'q', text: 'Free' });
  const reply = { message: answer, followups: [], suggest_human: false, intent: null };
  type Step = (state: State) => Change;
  const streamed: Step[] = [
    (now) => store.accepted(now, asked),
    (now) => store.streamed(now, 'q', { text: 'Fr', at: 0, content: '["Fr"]' }),
    (now) => store.streamed(now, 'q', { text: 'ee', at: 4, content: 'ee"]' }),
    (now) => store.answered(now, 'q', reply),
  ];
  const read =
    (...messages: ConversationMessage[]): Step =>
    (now) =>
      store.read(now, {
        conversation_id: 'c',
        messages,
        last_seq: messages.length,
        escalation: null,
        handled_by: null,
        is_assistant_muted: false,
        has_lead: false,
        config_version: '1',
      });
  const after = (now: State, step: Step): State => ({ ...now, ...step(now) });
  const shown = (given: State) =>
    transcript(given).filter(
      (item) => item.kind === 'answering' || (item.kind === 'message' && item.message.role === 'assistant'),
    );

  it.each([0, 1, 2, 3, 4])('is shown once when a read that has it comes after %i of its events', (events) => {
    const heard = [...streamed.slice(0, events), read(asked, answer), ...streamed.slice(events)];
    let now = state();
    const seen = heard.map((step) => shown((now = after(now, step))).map(({ kind }) => kind));
    expect(seen.slice(events)).toEqual(Array(5 - events).fill(['message']));
  });

  it('is shown beside the answer to something else', () => {
    const older = message('assistant', { id: 'b', seq: 3, in_reply_to: 'p' });
    const now = streamed.slice(0, 2).reduce(after, state());
    expect(shown(after(now, read(asked, older))).map(({ key }) => key)).toEqual(['b', 'answer:q']);
  });

  it('is not called missing once a read has brought it', () => {
    const pending: State['pending'] = [
      { kind: 'message', id: 'q', at: '', text: 'x', status: 'waiting', code: 'OFFLN' },
    ];
    expect(kinds(state({ messages: [asked], pending }))).toContain('pending');
    expect(kinds(state({ messages: [asked, answer], pending }))).not.toContain('pending');
  });
});

describe('the form before the chat', () => {
  const lead_form = { ...config.lead_form, timing: 'before_chat' as const };

  it('stands in the way of the first message only', () => {
    expect(needsLeadFirst(state({}, { lead_form }))).toBe(true);
    expect(needsLeadFirst(state({ has_lead: true }, { lead_form }))).toBe(false);
    expect(needsLeadFirst(state({ messages: [message('visitor')] }, { lead_form }))).toBe(false);
  });

  it('never stands in the way of a person', () => {
    expect(needsLeadFirst(state({ escalation: open }, { lead_form }))).toBe(false);
  });
});

it('tells the three states apart', () => {
  expect(phaseOf(state())).toBe('assistant');
  expect(phaseOf(state({ escalation: open }))).toBe('waiting');
  expect(phaseOf(state({ escalation: open, handled_by: 'Ana' }))).toBe('person');
});

it('counts as unread what others wrote since the last look', () => {
  const messages = [
    message('visitor', { seq: 1 }),
    message('assistant', { seq: 2 }),
    message('agent', { seq: 3 }),
  ];
  expect(unreadCount(state({ messages, seen_seq: 2 }))).toBe(1);
  expect(unreadCount(state({ messages, seen_seq: 3 }))).toBe(0);
});
