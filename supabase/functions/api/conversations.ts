import { TEXT_MAX_LENGTH } from '../_shared/contract.ts';
import { described, integer, oneOf, optional, text, uuid } from '../_shared/fields.ts';
import * as examples from './examples.ts';
import { operation } from './operation.ts';
import type { Operation } from './operation.ts';
import { ESCALATION, listOf, MESSAGE, READ_MARK, sessionId, SPOKEN } from './schemas.ts';
import type { Stored } from './schemas.ts';

const path = { session_id: sessionId() };

const MAX_ROWS = 500;

const appendMessage = operation({
  id: 'appendMessage',
  method: 'POST',
  template: '/conversations/{session_id}/messages',
  summary: 'Store what was said',
  description:
    'Appends one message of the visitor or of your assistant. The first one with a session id of yours begins the ' +
    'conversation. Repeating an `id` is harmless and answers 200.',
  path,
  body: {
    id: described(
      optional(uuid()),
      'Made by you, so that a repeat is known as one. Without it each call appends.',
    ),
    role: oneOf('visitor', 'assistant'),
    text: text(TEXT_MAX_LENGTH),
  },
  answers: {
    200: { description: 'It was stored before.', schema: MESSAGE, example: examples.MESSAGE },
    201: { description: 'Stored.', schema: MESSAGE, example: examples.MESSAGE },
  },
  example: { path: { session_id: examples.SESSION_ID }, body: examples.SAID },
  refusals: ['NTUID', 'TXTLN', 'CONFL'],
  run: async (rpc, p_key_hash, { path: { session_id }, body }) => {
    const { is_new, ...message } = await rpc<Stored>('api_append_message', {
      p_key_hash,
      p_session_id: session_id,
      p_role: body.role,
      p_id: body.id ?? crypto.randomUUID(),
      p_text: body.text,
    });
    return { status: is_new === false ? 200 : 201, body: message };
  },
});

const readMessages = operation({
  id: 'readMessages',
  method: 'GET',
  template: '/conversations/{session_id}/messages',
  summary: 'Read what was said',
  description:
    'The visitor’s, the assistant’s and the team’s messages, oldest first; notes stay with the team. Keep `next` and pass it as ' +
    '`after`. In a conversation that your own bot carries, a person’s answers count as fetched once they are handed out here: ' +
    'show them to the visitor, then say with `read` how far they have been read.',
  path,
  query: {
    after: described(optional(integer(0)), 'The last `seq` you have; 0 without it.'),
    limit: described(optional(integer(1, MAX_ROWS)), 'Rows per page; 100 without it.'),
  },
  answers: {
    200: {
      description: 'What was said since.',
      schema: listOf('messages', SPOKEN, { type: 'integer' }),
      example: { messages: examples.SPOKEN, next: 3 },
    },
  },
  example: { path: { session_id: examples.SESSION_ID } },
  refusals: ['INVAL', 'NTFND'],
  run: async (rpc, p_key_hash, { path: { session_id }, query }) => ({
    status: 200,
    body: await rpc('api_read_messages', {
      p_key_hash,
      p_session_id: session_id,
      p_after: query.after ?? 0,
      p_limit: query.limit ?? 100,
    }),
  }),
});

const markRead = operation({
  id: 'markRead',
  method: 'POST',
  template: '/conversations/{session_id}/read',
  summary: 'Say how far the visitor has read',
  description:
    'Up to this message the visitor has read everything: the team sees it under its answers. Less than before is harmless.',
  path,
  body: { seq: described(integer(0), 'The `seq` of the last message the visitor has seen.') },
  answers: {
    200: { description: 'Noted.', schema: READ_MARK, example: examples.READ_MARK },
  },
  example: { path: { session_id: examples.SESSION_ID }, body: { seq: 3 } },
  refusals: ['NTFND'],
  run: async (rpc, p_key_hash, { path: { session_id }, body }) => ({
    status: 200,
    body: await rpc('api_mark_read', { p_key_hash, p_session_id: session_id, p_seq: body.seq }),
  }),
});

const escalate = operation({
  id: 'escalate',
  method: 'POST',
  template: '/conversations/{session_id}/escalations',
  summary: 'Ask for a person',
  description:
    'Opens an escalation with the trigger `api`, or counts one more request on the one that is open. It is never refused ' +
    'for rate. Repeating a `request_id` is harmless.',
  path,
  body: {
    request_id: described(optional(uuid()), 'Made by you, so that a repeat is known as one.'),
    message_id: described(optional(uuid()), 'The message it came from.'),
  },
  answers: {
    200: {
      description: 'It was open already, or `request_id` repeats.',
      schema: ESCALATION,
      example: examples.ESCALATION,
    },
    201: {
      description: 'A new episode; everybody concerned is being told.',
      schema: ESCALATION,
      example: examples.ESCALATION,
    },
  },
  example: { path: { session_id: examples.SESSION_ID }, body: examples.ASKED },
  refusals: ['NTUID'],
  run: async (rpc, p_key_hash, { path: { session_id }, body }) => {
    const { is_new, ...escalation } = await rpc<Stored>('api_escalate', {
      p_key_hash,
      p_session_id: session_id,
      p_request_id: body.request_id ?? crypto.randomUUID(),
      p_message_id: body.message_id,
    });
    return { status: is_new ? 201 : 200, body: escalation };
  },
});

export const conversationOperations: Operation[] = [appendMessage, readMessages, markRead, escalate];
