import { TEXT_MAX_LENGTH } from '../_shared/contract.ts';
import { described, oneOf, optional, text, uuid } from '../_shared/fields.ts';
import * as examples from './examples.ts';
import { operation } from './operation.ts';
import type { Operation } from './operation.ts';
import { ESCALATION, MESSAGE, sessionId } from './schemas.ts';
import type { Stored } from './schemas.ts';

const path = { session_id: sessionId() };

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

export const conversationOperations: Operation[] = [appendMessage, escalate];
