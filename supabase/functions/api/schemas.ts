import { AppError } from '../_shared/errors.ts';
import { described } from '../_shared/fields.ts';
import type { Field, Schema } from '../_shared/fields.ts';

/** A row from SQL, and whether it is new or was there before. */
export type Stored = Record<string, unknown> & { is_new: boolean };

const SESSION_ID = /^embed-[\w-]{1,122}$/;

/** The name of a conversation: yours, or the widget's. */
export function sessionId(): Field<string> {
  const field: Field<string> = {
    read: (value, name) => {
      if (typeof value === 'string' && SESSION_ID.test(value)) return value;
      throw new AppError('INVAL', `"${name}" must be "embed-" and up to 122 letters, digits, "_" or "-".`);
    },
    schema: { type: 'string', pattern: SESSION_ID.source },
    isRequired: true,
  };
  return described(field, 'The `session_id` of the widget, or one of your own that begins with `embed-`.');
}

const INSTANT: Schema = { type: 'string', format: 'date-time' };
const UUID: Schema = { type: 'string', format: 'uuid' };

/** An object schema whose properties are all there, except for those in `optional`. */
function objectSchema(properties: Record<string, Schema>): Schema {
  return { type: 'object', required: Object.keys(properties), properties };
}

/** The same value or null. */
export function nullable(schema: Schema): Schema {
  return { ...schema, type: [schema['type'], 'null'] };
}

/** A stored message. */
export const MESSAGE = objectSchema({
  id: UUID,
  conversation_id: UUID,
  seq: { type: 'integer', description: 'Position in the conversation, from 1.' },
  role: { type: 'string', enum: ['visitor', 'assistant', 'agent', 'system'] },
  text: { type: 'string' },
  created_at: INSTANT,
});

/** A message as it is read back: with who wrote it, and what a line of the system is about. */
export const SPOKEN = objectSchema({
  id: UUID,
  seq: { type: 'integer', description: 'Position in the conversation, from 1.' },
  role: { type: 'string', enum: ['visitor', 'assistant', 'agent', 'system'] },
  event: {
    type: ['string', 'null'],
    enum: ['person_joined', 'resolved', 'handed_back', null],
    description: 'What a line of the role `system` is about; `author` says who, and `text` is empty.',
  },
  author: {
    type: ['string', 'null'],
    description: 'First name of the person who wrote it; null for visitor and assistant.',
  },
  text: { type: 'string' },
  created_at: INSTANT,
});

/** How far a visitor has read. */
export const READ_MARK = objectSchema({
  conversation_id: UUID,
  session_id: { type: 'string' },
  read_seq: {
    type: 'integer',
    description: 'The furthest that was ever read, and never more than there is.',
  },
});

/** An escalation: one episode of asking for a person. */
export const ESCALATION = objectSchema({
  escalation_id: UUID,
  conversation_id: UUID,
  session_id: { type: 'string' },
  reference: {
    type: 'string',
    description: 'A short name of the conversation for people, such as `K7Q-4MX`.',
  },
  number: { type: 'integer', description: 'Which episode of its conversation this is, from 1.' },
  status: { type: 'string', enum: ['open', 'resolved'] },
  ask_count: { type: 'integer', description: 'How often a person was asked for in this episode.' },
  trigger: {
    type: 'string',
    enum: ['inline_cta', 'followup_button', 'compact_link', 'intent', 'api', 'mail'],
  },
  question: { type: 'string', description: 'The visitor’s latest words when asking, or an empty text.' },
  escalated_at: INSTANT,
  resolved_at: nullable(INSTANT),
});

/** An event of the feed, with the body every webhook gets. */
export const EVENT = objectSchema({
  seq: { type: 'integer', description: 'From 1, without gaps.' },
  id: { ...UUID, description: 'The `webhook-id` under which endpoints got it.' },
  event: { type: 'string', description: 'Such as `conversation.escalated`.' },
  type: { type: 'string', description: 'The same as `event`.' },
  chatbot_id: UUID,
  timestamp: INSTANT,
  data: { type: 'object' },
});

/** One page of a list: the rows under `name`, and where the next page begins. */
export function listOf(name: string, row: Schema, next: Schema = { type: ['string', 'null'] }): Schema {
  return objectSchema({ [name]: { type: 'array', items: row }, next });
}

const CURSOR = /^\d{1,16}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A place in a list, as an answer gave it; callers are not meant to read it. */
export function cursor(): Field<string> {
  return {
    read: (value, name) => {
      if (typeof value === 'string' && CURSOR.test(value)) return value;
      throw new AppError('INVAL', `"${name}" must be the "next" of an earlier answer.`);
    },
    schema: { type: 'string', pattern: CURSOR.source },
    isRequired: true,
  };
}
