/** What the Data API offers, read from the database's own catalogue, so that what is new is tested the day it appears. */
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import type { Tenant } from './tenants.ts';

export interface Table {
  name: string;
  /** Whose it is: the column with the chatbot, else the person. */
  owned_by: string | null;
  columns: string[];
  /** Those that signed-in people may read. */
  readable: string[];
  policy: { name: string; using: string } | null;
}

export interface Routine {
  name: string;
  parameters: { name: string; type: string }[];
  /** Who may execute it. */
  is_for_people: boolean;
}

export async function tablesOf(sql: Sql): Promise<Table[]> {
  return await sql<Table[]>`
    select c.relname as name,
      array_agg(a.attname::text order by a.attnum) as columns,
      coalesce(array_agg(a.attname::text order by a.attnum)
        filter (where has_column_privilege('authenticated', c.oid, a.attnum, 'select')), '{}') as readable,
      (array_agg(a.attname::text order by a.attname <> 'chatbot_id')
        filter (where a.attname in ('chatbot_id', 'user_id') or (c.relname = 'chatbots' and a.attname = 'id')))[1] as owned_by,
      (select jsonb_build_object('name', p.policyname, 'using', p.qual) from pg_policies p
        where p.schemaname = 'public' and p.tablename = c.relname and p.cmd = 'SELECT') as policy
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and a.attnum > 0 and not a.attisdropped
    group by c.oid, c.relname order by c.relname`;
}

export async function routinesOf(sql: Sql): Promise<Routine[]> {
  return await sql<Routine[]>`
    select p.proname as name, has_function_privilege('authenticated', p.oid, 'execute') as is_for_people,
      coalesce((
        select jsonb_agg(jsonb_build_object('name', p.proargnames[n], 'type', format_type(t, null)) order by n)
        from unnest(p.proargtypes::oid[]) with ordinality as args (t, n)), '[]') as parameters
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
    order by p.proname`;
}

/** The table a bare `id` means, by the function's name. */
const ID_OF: [RegExp, string][] = [
  [/answer/, 'answers'],
  [/canned_reply/, 'canned_replies'],
  [/invite/, 'chatbot_invites'],
  [/api_key/, 'api_keys'],
  [/webhook/, 'webhook_endpoints'],
  [/channel/, 'alert_channels'],
  [/push_device/, 'push_devices'],
];

const BY_NAME: Record<string, unknown> = {
  answer: 'changed',
  body: 'changed',
  bot: { instructions: 'changed' },
  buttons: [{ type: 'escalate', label: 'changed' }],
  changes: { description: 'changed' },
  channel: {
    kind: 'slack',
    name: 'changed',
    secrets: { url: 'https://hooks.slack.com/services/T1/B1/changed' },
  },
  description: 'changed',
  device: {
    endpoint: 'https://push.example.com/changed',
    p256dh: `B${'a'.repeat(86)}`,
    auth: 'b'.repeat(22),
  },
  entries: [{ question: 'changed', answer: 'changed' }],
  events: ['conversation.escalated'],
  expected_version: null,
  filter: 'all',
  form: { intro: 'changed' },
  hours: { is_enabled: true },
  is_enabled: false,
  kind: 'transcript',
  label: 'changed',
  language: 'en',
  name: 'changed',
  phrases: ['changed'],
  profile: { time_zone: 'UTC' },
  query: 'mark',
  quiet_hours: { from: '22:00', until: '07:00', days: [1] },
  question: 'changed',
  recipients: ['changed@example.test'],
  role: 'agent',
  said: 'changed',
  shortcut: 'changed',
  since: '2020-01-01T00:00:00Z',
  sort: 'newest',
  text: 'changed',
  time_zone: 'UTC',
  token: 'no-such-invitation',
  until: '2100-01-01T00:00:00Z',
  url: 'https://hooks.example.com/changed',
};

/** What is saved where settings are not those of the Human Support tab. */
const SETTINGS: Record<string, object> = {
  save_appearance: { greeting: 'changed' },
  save_replies: { reply_mail_wait_minutes: 7 },
  save_alerts: { hold_seconds: 7 },
  preview_alerts: { hold_seconds: 7 },
  save_targets: { first_reply_minutes: 7 },
};

const BY_TYPE: Record<string, () => unknown> = {
  uuid: randomUUID,
  'uuid[]': () => [],
  integer: () => 30,
  bigint: () => null,
  boolean: () => true,
  text: () => null,
  'text[]': () => [],
  jsonb: () => ({}),
  'jsonb[]': () => [],
  'timestamp with time zone': () => null,
};

/** Arguments that name a tenant's own rows and would change them. Throws when a new parameter is not known here yet. */
export function argumentsFor(routine: Routine, tenant: Tenant): Record<string, unknown> {
  const { chatbotId, colleagueId, mark, ids } = tenant;
  const wanted: Record<string, unknown> = {
    ...BY_NAME,
    chatbot_id: chatbotId,
    confirm_name: mark,
    conversation_id: ids['conversations'],
    conversation_ids: [ids['conversations']],
    delivery_id: ids['deliveries'],
    email: `${randomUUID()}@example.test`,
    endpoint_id: ids['webhook_endpoints'],
    escalation_id: ids['escalations'],
    escalation_ids: [ids['escalations']],
    questions: [mark],
    id: ids[ID_OF.find(([name]) => name.test(routine.name))?.[1] ?? ''] ?? randomUUID(),
    settings: SETTINGS[routine.name] ?? { positive_label: 'changed' },
    nonce: randomUUID(),
    user_id: colleagueId,
  };
  const given = routine.parameters.map(({ name, type }) => {
    if (Object.hasOwn(wanted, name)) return [name, wanted[name]];
    if (/uuid|jsonb/.test(type) && routine.is_for_people && name !== 'after_id') {
      throw new Error(`Say in tests/support/catalogue.ts what ${routine.name} should get as ${name}.`);
    }
    return [name, name === 'after_id' ? null : (BY_TYPE[type]?.() ?? null)];
  });
  return Object.fromEntries(given) as Record<string, unknown>;
}

/** A tenant that does not exist: every id is new. */
export function nobody(tenant: Tenant): Tenant {
  const ids = Object.fromEntries(Object.keys(tenant.ids).map((table) => [table, randomUUID()]));
  return { chatbotId: randomUUID(), colleagueId: randomUUID(), mark: tenant.mark, ids };
}
