// What is known about an installation, before anybody says what it means. Gathered by public.health, by the function `health` and by
// whoever looks (health-probes.ts); judged in health.ts.
import type { ClockChanges } from './clocks.ts';

/** What `public.health` and `public.project_health` answer. */
export interface DatabaseFacts {
  now: string;
  /** The versions of the migrations that were applied; null when nobody kept a list. */
  migrations: string[] | null;
  sender: {
    is_stopped: boolean;
    last_sweep_at: string | null;
    mail_paused: boolean;
    pause_reason: string | null;
  };
  cron: {
    /** The scheduled jobs that are on. */
    jobs: string[];
    last_run_at: string | null;
    /** Whether the database has been up for longer than a job may take to come round. */
    is_due: boolean;
    /** What the last run failed with, if it did. */
    last_failure: string | null;
  };
  vault: {
    project_url: string | null;
    app_url: string | null;
    inbound_address: string | null;
    has_dispatch_key: boolean;
  };
  mail: {
    accepted_at: string | null;
    refused_at: string | null;
    refused_status: number | null;
    refused_code: string | null;
    refused_because: string | null;
  };
  endpoints: { count: number; failing: FailingEndpoint[] };
  channels: { count: number; failing: FailingChannel[] };
  /** Whether Vault has keys that push services can be shown, and the devices on which members are notified. */
  push: { keys: 'fine' | 'missing' | 'unusable'; count: number; failing: FailingDevice[] };
  suppressed: SuppressedAddress[];
  zones: { name: string; changes: ClockChanges }[];
}

export interface FailingEndpoint {
  chatbot: string;
  /** Null for those who may not see addresses of webhooks. */
  url: string | null;
  disabled_reason: string | null;
  failing_since: string | null;
}

export interface FailingChannel {
  chatbot: string;
  name: string;
  kind: string;
  disabled_reason: string | null;
  failing_since: string | null;
}

export interface FailingDevice {
  /** Whose it is. */
  person: string;
  label: string;
  failing_since: string;
  last_failure: string | null;
}

export interface SuppressedAddress {
  email: string;
  reason: string;
  since: string;
  /** False when its reader asked for no more mail. */
  is_liftable: boolean;
}

/** Where Postmark posts something, without what is secret in the address. */
export interface Hook {
  url: string;
  is_authorized: boolean;
  events: string[];
}

export interface MailFacts {
  has_token: boolean;
  /** Postmark's answer to "which server is this"; null when it could not be reached. */
  status: number | null;
  server: string | null;
  inbound_address: string | null;
  inbound_domain: string | null;
  inbound: Hook | null;
  events: Hook[];
}

/** What the function `health` answers. */
export interface FunctionFacts {
  settings: { is_same_dispatch_key: boolean; is_same_app_url: boolean };
  mail_from: string | null;
  mail: MailFacts;
}

/** Something that was asked and answered, or why not. */
export type Asked<T> = { found: T } | { status: number | null; code: string | null };

/** What Auth says to everybody at /auth/v1/settings. */
export interface AuthFacts {
  mailer_autoconfirm: boolean;
  external: { anonymous_users?: boolean };
}

/** What the app says to everybody at /healthz. */
export interface AppFacts {
  project: string;
}

/** What one program knows of the zones in use: a list in their order, null for a zone that it does not know. */
export interface Clocks {
  program: string;
  changes: (ClockChanges | null)[];
}

export const FUNCTIONS = [
  'widget',
  'api',
  'health',
  'dispatch',
  'postmark-events',
  'postmark-inbound',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** Everything that is known; what is undefined has not been asked. */
export interface Facts {
  /** Milliseconds since 1970, by the clock of whoever looks. */
  now: number;
  /** The project's address. */
  url: string;
  /** The versions of the migrations that belong to this release. */
  expected_migrations: string[];
  database: Asked<DatabaseFacts>;
  functions: Asked<FunctionFacts>;
  /** What each function answers to a call that does nothing. */
  answers: Record<FunctionName, { status: number | null; code: string | null }>;
  auth: Asked<AuthFacts>;
  app: Asked<AppFacts>;
  clocks: Clocks[];
  /** Milliseconds from the question by HTTP to the word on the web socket, or why none came. */
  realtime?: { took_ms: number } | { because: string };
}
