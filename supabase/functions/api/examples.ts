// One conversation told through, as the OpenAPI document shows it: what a visitor asked, that a person was asked for, what the person
// answered, and the feed that says so. A test holds each against the schema beside it.

const CONVERSATION = '0b7c2f8e-4a51-4d0c-9a3e-6f1d2c3b4a59';
const CHATBOT = '5f0e7d1c-2b3a-4c5d-8e9f-0a1b2c3d4e5f';
const QUESTION = 'Can I speak to someone?';

export const SESSION_ID = 'embed-my-session-1';
const MESSAGE_ID = '7b1c7a5e-3f64-4a0e-9b0c-5d1f2f6f2f10';
const REQUEST_ID = '0d5a1f0e-6c1b-4a9d-8a67-0f7f6a3c9b11';
export const ESCALATION_ID = 'c2d4e6f8-1a3b-4c5d-9e7f-8a9b0c1d2e3f';

export const SAID = { id: MESSAGE_ID, role: 'visitor', text: QUESTION };
export const ASKED = { request_id: REQUEST_ID, message_id: MESSAGE_ID };

export const MESSAGE = {
  ...SAID,
  conversation_id: CONVERSATION,
  seq: 1,
  created_at: '2026-04-19T10:23:41.204Z',
};

export const ESCALATION = {
  escalation_id: ESCALATION_ID,
  conversation_id: CONVERSATION,
  session_id: SESSION_ID,
  reference: 'K7Q-4MX',
  number: 1,
  status: 'open',
  ask_count: 1,
  trigger: 'api',
  question: QUESTION,
  escalated_at: '2026-04-19T10:23:45.117Z',
  resolved_at: null,
};

export const RESOLVED = { ...ESCALATION, status: 'resolved', resolved_at: '2026-04-19T10:41:02.530Z' };

export const SPOKEN = [
  {
    id: MESSAGE_ID,
    seq: 1,
    role: 'visitor',
    event: null,
    author: null,
    text: QUESTION,
    created_at: '2026-04-19T10:23:41.204Z',
  },
  {
    id: '4f3e2d1c-0b9a-4876-8543-210fedcba987',
    seq: 2,
    role: 'system',
    event: 'person_joined',
    author: 'Ana',
    text: '',
    created_at: '2026-04-19T10:31:09.871Z',
  },
  {
    id: '6a5b4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c2d',
    seq: 3,
    role: 'agent',
    event: null,
    author: 'Ana',
    text: 'Hello, this is Ana. How can I help?',
    created_at: '2026-04-19T10:31:09.871Z',
  },
];

export const READ_MARK = { conversation_id: CONVERSATION, session_id: SESSION_ID, read_seq: 3 };

export const EVENT = {
  seq: 3,
  id: '9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d',
  event: 'conversation.escalated',
  type: 'conversation.escalated',
  chatbot_id: CHATBOT,
  timestamp: '2026-04-19T10:23:45Z',
  data: {
    conversation_id: CONVERSATION,
    session_id: SESSION_ID,
    chatbot_id: CHATBOT,
    escalated_at: '2026-04-19T10:23:45Z',
    last_message: QUESTION,
    message_count: 1,
    escalation_id: ESCALATION_ID,
    escalation_number: 1,
    trigger: 'api',
    url: `https://handoff.example/dashboard/chatbots/${CHATBOT}/human-support?conv=${CONVERSATION}`,
  },
};
