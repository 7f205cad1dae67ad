/** What the widget and the edge function `widget` say to each other. Both sides import these types and nothing else. */

export type EscalationTrigger = 'inline_cta' | 'followup_button' | 'compact_link' | 'intent' | 'api' | 'mail';
export type EscalationStatus = 'open' | 'resolved';
export type MessageRole = 'visitor' | 'assistant' | 'agent' | 'system';
export type LeadTiming = 'off' | 'before_chat' | 'before_escalation' | 'after_escalation';
export type FollowupButtonType = 'message' | 'link' | 'escalate';

/** The longest text a visitor may send, in UTF-16 code units. */
export const TEXT_MAX_LENGTH = 4000;

export interface FollowupButton {
  id: string;
  type: FollowupButtonType;
  label: string;
  /** The text a `message` button sends, the https URL a `link` opens, null for `escalate`. */
  value: string | null;
}

export interface LeadField {
  /** `name`, `email`, `phone`, or `custom_…` for the owner's own fields. */
  key: string;
  /** The owner's label; null means the widget's localised default. */
  label: string | null;
  is_required: boolean;
}

/** `GET widget/config`. Labels are the owner's words, else the localised defaults of `labels.ts`. */
export interface WidgetConfig {
  chatbot_id: string;
  name: string;
  /** The name's first character as people see it; browsers do not all know. */
  initial: string;
  greeting: string | null;
  /** What is drawn of it, as `content` of a message. */
  greeting_content?: string | undefined;
  accent_color: string;
  /** What can be read on that colour, and that colour as it can be read on a light and on a dark ground. */
  colors: { on_accent: string; accent_light: string; accent_dark: string };
  position: 'left' | 'right';
  /** The language asked for, so that the widget knows which texts to load. */
  locale: string;
  show_escalation_cta: boolean;
  replace_followups: boolean;
  labels: { positive: string; request_help: string; confirmation: string };
  /** What is said when the panel cannot be loaded; the first with the team's own way to be reached. */
  when_lost: { unavailable: string; kept: string };
  followup_buttons: FollowupButton[];
  lead_form: { timing: LeadTiming; intro: string | null; fields: LeadField[] };
  /** Names of the query parameters of a page that the team may see; of every other page address only the path is kept. */
  page_parameters: string[];
  person_available: PersonAvailability;
  /** Where live hints come from; null when there is none, and polling alone serves. */
  realtime: { url: string; key: string } | null;
  /** Goes up with every saved setting, so that an open widget knows it is out of date. */
  version: string;
}

export interface PersonAvailability {
  /** False when the alert sender has stopped or office hours say that nobody is there. */
  is_available: boolean;
  /** ISO 8601 instant at which somebody is there again, when office hours tell. */
  back_at: string | null;
  /** The same by the team's clock, without an offset: browsers do not agree with the server about every zone. */
  back_at_local: string | null;
  /** The team's IANA time zone while office hours are on. */
  time_zone: string | null;
  /** Median hours to a first reply at this hour of the week by the team's clock; null under five samples. */
  expected_wait_hours: number | null;
  /** The owner's own contact text, shown in place of the confirmation when the sender has stopped. */
  contact_text: string | null;
  is_sender_stopped: boolean;
}

/**
 * `POST widget/sessions` `{chatbot_id, locale?, page_url?, purpose?}`; purpose `escalation` when a request for a person is what begins
 * it. The token is shown once and kept by the widget.
 */
export interface Session {
  session_id: string;
  conversation_id: string;
  token: string;
}

export interface ConversationMessage {
  id: string;
  /** Position in the conversation, from 1, without gaps as seen by one reader. */
  seq: number;
  role: MessageRole;
  text: string;
  /**
   * What is drawn: the text's tree (`markdown-tree.ts`), as JSON of its own, so that a long history can be read one message at a time.
   * Absent where that is the text as it stands, and from functions of before.
   */
  content?: string | undefined;
  /** First name of the person who wrote it; only on role `agent` and on a `system` line about a person. */
  author_name: string | null;
  /** What a `system` line is about; null on every other role. */
  event: 'person_joined' | 'resolved' | 'handed_back' | null;
  feedback: 'positive' | null;
  followups: string[];
  suggest_human: boolean;
  /** The visitor's message that this answers; null on everything but an assistant's answer. */
  in_reply_to: string | null;
  /** ISO 8601. */
  created_at: string;
}

export interface EscalationState {
  escalation_id: string;
  reference: string;
  number: number;
  status: EscalationStatus;
  ask_count: number;
  escalated_at: string;
  /** When a person first opened it; null until then. */
  first_opened_at: string | null;
}

/** `GET widget/conversation?after=<seq>`. */
export interface ConversationState {
  conversation_id: string;
  messages: ConversationMessage[];
  /** Where the next read goes on from. */
  last_seq: number;
  /** Whether more stands after that already: then the next read follows at once. Absent from functions of before. */
  has_more?: boolean | undefined;
  escalation: EscalationState | null;
  /** First name of the person who handles the conversation; null while the assistant does. */
  handled_by: string | null;
  /** While true the assistant stays silent, because a person answers. */
  is_assistant_muted: boolean;
  has_lead: boolean;
  /** Equal to the config's version; when it differs, fetch the config again. */
  config_version: string;
}

/** `POST widget/messages`. `message` is null when a person handles the conversation and the assistant stays silent. */
export interface AssistantReply {
  message: ConversationMessage | null;
  followups: string[];
  suggest_human: boolean;
  /** Set when the visitor's own words asked for a person and the owner chose to act on it. */
  intent: 'offer' | 'escalate' | null;
}

/** A piece of an answer that is being written. */
export interface ReplyDelta {
  /** What is new of its text. */
  text: string;
  /** So much of the `content` before stays, in UTF-16 code units, and this follows: as an answer grows, its tree does at its end. */
  at?: number | undefined;
  content?: string | undefined;
}

/** Events of the streamed answer (`text/event-stream`): `accepted`, then `delta`s, then one `reply` or `error`. */
export type ReplyStreamEvent =
  | { event: 'accepted'; data: { id: string; seq: number; content?: string | undefined } }
  | { event: 'delta'; data: ReplyDelta }
  | { event: 'reply'; data: AssistantReply }
  | { event: 'error'; data: ErrorBody };

export interface Lead {
  name?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  custom?: Record<string, string> | undefined;
}

export interface EscalationRequest {
  request_id: string;
  trigger: EscalationTrigger;
  message_id?: string | undefined;
  /** When the visitor tapped, by the visitor's clock; kept beside the time it was received. */
  tapped_at?: string | undefined;
  lead?: Lead | undefined;
}

/** `POST widget/escalations`: 201 when new, 200 when open already or `request_id` repeats. */
export interface EscalationReply {
  escalation_id: string;
  reference: string;
  number: number;
  status: EscalationStatus;
  ask_count: number;
  /** The owner's words, else the default in the conversation's language; the contact text when the sender has stopped. */
  confirmation_message: string;
  /** What to ask a visitor whom no mail would reach, in their language; absent where an address is known, asked for already, or of no use. */
  address_question?: string | undefined;
}

export interface ErrorBody {
  code: string;
  message: string;
}
