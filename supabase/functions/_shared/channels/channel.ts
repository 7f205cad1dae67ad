// What a channel is: a place where a team is told about a case besides mail. One folder each, with everything that is particular to
// the service: what the owner enters, which words it takes and how long they may be, how it is called, and what its answers mean.
// Nothing here talks to the network, so the settings page and the sender use the same folder.

/** What there is to be told, the same for every service. */
export interface Notice {
  /**
   * A person was asked for; nobody has looked yet; somebody has; it is resolved; the visitor has left contact details; too many for a
   * message each; the owner tries it.
   */
  kind: 'escalated' | 'waiting' | 'seen' | 'resolved' | 'contact' | 'summary' | 'test';
  chatbot: string;
  /** As people name the case, `HO-7K2M`; null where there is no single one. */
  reference: string | null;
  /** What the visitor asked last, as typed; empty if nothing was. */
  question: string;
  /** When a person was asked for, ISO 8601; null where there is no single case. */
  escalated_at: string | null;
  /** How long nobody has looked; 0 unless that is what is told. */
  waiting_minutes: number;
  /** How many cases a summary stands for; 1 otherwise. */
  count: number;
  /** Who has seen or resolved it; null if nobody has, or it is not known. */
  by: string | null;
  /** Where the dashboard shows it. */
  url: string;
  /** The same for everything that is told about one request for a person. */
  incident: string;
}

/** One thing the owner enters. Secrets go to Vault and are shown never again. */
export interface Field {
  name: string;
  label: string;
  is_secret: boolean;
  is_optional: boolean;
  /** What it looks like. */
  placeholder: string;
  help: string;
}

export interface Description {
  name: string;
  /** What to press in that service, step by step, to get what is entered here. */
  setup: string[];
  fields: Field[];
  /** How often the service takes a message at one address. */
  pace: { messages: number; seconds: number };
  /** Whether what is too much is told in one message; where each case is an incident of its own it may not be. */
  is_summarised: boolean;
}

/** What was entered, by field. */
export type Settings = Readonly<Record<string, string>>;

/** What will be used, or which field cannot be and why. */
export type Validation = { settings: Settings } | { field: string; problem: string };

/** A body as the service takes it, before the address is known. */
export type Words = Record<string, unknown>;

export interface ChannelRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What came back: `status` is null when nothing did, and `failure` says what broke, if anything. */
export interface Answer {
  status: number | null;
  failure: { kind: 'blocked' | 'unreachable' | 'unclear'; code: string; message: string } | null;
  /** `Retry-After`, in seconds from now. */
  retry_after_seconds: number | null;
  /** The start of the answer's body. */
  snippet: string | null;
}

/** `gone` ends the channel until the owner mends it; `permanent` ends this message alone. */
export interface Verdict {
  outcome: 'ok' | 'retry' | 'unclear' | 'permanent' | 'gone';
  error_code: string | null;
  /** A sentence for the receipt; holds nothing that was entered. */
  error: string | null;
  retry_after_seconds: number | null;
}

export interface Channel {
  readonly description: Description;
  /**
   * Judges what was entered, and brings it into the form that is kept. The `kept` secrets were entered before and are not at hand: they
   * are left out of the judgement, and what is answered for them means nothing.
   */
  validate(entered: Settings, kept?: ReadonlySet<string>): Validation;
  /** What the service is given to say; null where it is not told of this kind. */
  words(notice: Notice): Words | null;
  /** The request that says those words at that address. */
  send(settings: Settings, words: Words): ChannelRequest;
  judge(answer: Answer): Verdict;
}
