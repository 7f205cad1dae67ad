/** What the edge function `widget` answers, as JSON Schema: `contract.ts` in a form that a test can hold an answer against. */

type Schema = Record<string, unknown>;

const exactly = (properties: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties: { ...properties, ...optional },
  additionalProperties: false,
});
const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema['type'], 'null'] });
const listOf = (items: Schema): Schema => ({ type: 'array', items });

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const COUNT = { type: 'integer', minimum: 0 };
const UUID = { type: 'string', format: 'uuid' };
const INSTANT = { type: 'string', format: 'date-time' };
const REFERENCE = { type: 'string', pattern: '^[0-9A-Z]{3}-[0-9A-Z]{3}$' };
const STATUS = { type: 'string', enum: ['open', 'resolved'] };

/** JSON of its own. */
const CONTENT = { type: 'string', pattern: '^\\[[^]+\\]$' };

const MESSAGE = exactly(
  {
    id: UUID,
    seq: COUNT,
    role: { type: 'string', enum: ['visitor', 'assistant', 'agent', 'system'] },
    text: TEXT,
    author_name: orNull(TEXT),
    event: { type: ['string', 'null'], enum: ['person_joined', 'resolved', 'handed_back', null] },
    feedback: { type: ['string', 'null'], enum: ['positive', null] },
    followups: listOf(TEXT),
    suggest_human: FLAG,
    in_reply_to: orNull(UUID),
    created_at: INSTANT,
  },
  { content: CONTENT },
);

export const CONFIG = exactly(
  {
    chatbot_id: UUID,
    name: TEXT,
    initial: TEXT,
    greeting: orNull(TEXT),
    accent_color: { type: 'string', pattern: '^#[0-9a-f]{6}$' },
    colors: exactly({ on_accent: TEXT, accent_light: TEXT, accent_dark: TEXT }),
    position: { type: 'string', enum: ['left', 'right'] },
    locale: { type: 'string', pattern: '^[a-z]{2}$' },
    page_parameters: listOf(TEXT),
    show_escalation_cta: FLAG,
    replace_followups: FLAG,
    labels: exactly({ positive: TEXT, request_help: TEXT, confirmation: TEXT }),
    when_lost: exactly({ unavailable: TEXT, kept: TEXT }),
    followup_buttons: listOf(exactly({ id: UUID, type: TEXT, label: TEXT, value: orNull(TEXT) })),
    lead_form: exactly({
      timing: { type: 'string', enum: ['off', 'before_chat', 'before_escalation', 'after_escalation'] },
      intro: orNull(TEXT),
      fields: listOf(exactly({ key: TEXT, label: orNull(TEXT), is_required: FLAG })),
    }),
    person_available: exactly({
      is_available: FLAG,
      back_at: orNull(INSTANT),
      back_at_local: orNull({ type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$' }),
      time_zone: orNull(TEXT),
      expected_wait_hours: orNull({ type: 'number', minimum: 0 }),
      contact_text: orNull(TEXT),
      is_sender_stopped: FLAG,
    }),
    realtime: orNull(exactly({ url: TEXT, key: TEXT })),
    version: TEXT,
  },
  { greeting_content: CONTENT },
);

export const SESSION = exactly({
  session_id: { type: 'string', pattern: '^embed-' },
  conversation_id: UUID,
  token: { type: 'string', pattern: '^[\\w-]{43}$' },
});

export const CONVERSATION = exactly({
  conversation_id: UUID,
  messages: listOf(MESSAGE),
  last_seq: COUNT,
  has_more: FLAG,
  escalation: orNull(
    exactly({
      escalation_id: UUID,
      reference: REFERENCE,
      number: COUNT,
      status: STATUS,
      ask_count: COUNT,
      escalated_at: INSTANT,
      first_opened_at: orNull(INSTANT),
    }),
  ),
  handled_by: orNull(TEXT),
  is_assistant_muted: FLAG,
  has_lead: FLAG,
  config_version: TEXT,
});

export const REPLY = exactly({
  message: orNull(MESSAGE),
  followups: listOf(TEXT),
  suggest_human: FLAG,
  intent: { type: ['string', 'null'], enum: ['offer', 'escalate', null] },
});

export const ESCALATION = exactly(
  {
    escalation_id: UUID,
    reference: REFERENCE,
    number: COUNT,
    status: STATUS,
    ask_count: COUNT,
    confirmation_message: TEXT,
  },
  { address_question: TEXT },
);
