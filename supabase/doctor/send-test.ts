// A real escalation, as a visitor of a page would make it, with the time that each hop took. It says of itself that it is a test, in its
// words and in its page's address, and is resolved when everything it set going has ended.
import type { SupabaseClient } from '@supabase/supabase-js';
import { randomUUID } from 'node:crypto';
import type { EscalationReply, Session } from '../functions/_shared/contract.ts';
import type { DatabaseFacts } from '../functions/_shared/health-facts.ts';
import { connect } from './connect.ts';
import type { Options } from './options.ts';

const WORDS = 'This is a test escalation from npm run doctor. Nobody is waiting for an answer.';
const PAGE = '/first-run';
const CALL_MS = 15_000;
const ARRIVAL_MS = 60_000;
const ENDED = ['delivered', 'bounced', 'complained', 'failed', 'skipped'];

interface Delivery {
  kind: string;
  recipient: string | null;
  status: string;
  reason: string | null;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  last_error: string | null;
  endpoint: { url: string } | null;
}

/** Prints each hop as it is done; false when one of them failed. Throws a sentence when there is no chatbot to ask. */
export async function sendTest(options: Options, print: (line: string) => void): Promise<boolean> {
  const db = connect(options);
  const chatbot = await findChatbot(db, options.chatbot);
  print(`\n  Test escalation at ${chatbot.name}`);
  const say = (hop: string, ms: number) => print(`    ${`${Math.round(ms)} ms`.padStart(9)}  ${hop}`);

  // The dashboard's own origin is welcome everywhere.
  const { data: known } = await db.rpc('project_health');
  const app_url = (known as DatabaseFacts | null)?.vault.app_url;
  if (!app_url) throw new Error('The Vault does not say where the app is: see “Vault and secrets”.');
  const { origin } = new URL(app_url);
  const call = visitor(options.url, origin);
  const timed = async <T>(hop: string, run: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    const result = await run();
    say(hop, performance.now() - since);
    return result;
  };
  const session = await timed('a session for the visitor', () =>
    call<Session>('sessions', null, { chatbot_id: chatbot.id, locale: 'en', page_url: origin + PAGE }),
  );
  await timed('an answer by the bot', () =>
    call('messages', session.token, { id: randomUUID(), text: WORDS }).catch(() => null),
  );
  const { escalation_id, reference } = await timed('the request is recorded', () =>
    call<EscalationReply>('escalations', session.token, {
      request_id: randomUUID(),
      trigger: 'compact_link',
      tapped_at: new Date().toISOString(),
    }),
  );

  const deliveries = await untilEnded(db, escalation_id);
  for (const one of deliveries) print(`    ${describe(one)}`);
  const { error } = await db
    .from('escalations')
    .update({ status: 'resolved', resolved_at: new Date().toISOString() })
    .eq('id', escalation_id);
  print(
    error
      ? `    ${reference} stays open: ${error.message}`
      : `    ${reference} is marked as a test by its words, and resolved.`,
  );
  return deliveries.every(({ status, kind }) =>
    kind === 'email'
      ? ['sent', 'delivered', 'skipped'].includes(status)
      : ['sent', 'delivered'].includes(status),
  );
}

async function findChatbot(db: SupabaseClient, wanted: string | undefined) {
  const query = db.from('chatbots').select('id, name').order('created_at').limit(2);
  const { data, error } = await (wanted ? query.eq('id', wanted) : query);
  if (error) throw new Error(`The chatbots can't be read: ${error.message}`);
  const [first, second] = data as { id: string; name: string }[];
  if (!first)
    throw new Error(
      wanted ? `There is no chatbot ${wanted}.` : 'There is no chatbot yet: sign up and create one.',
    );
  if (second)
    throw new Error(
      'There are several chatbots. Say which one: --chatbot <id>; the id is in its page’s address.',
    );
  return first;
}

function visitor(url: string, origin: string) {
  return async <Reply>(path: string, token: string | null, body: object): Promise<Reply> => {
    const response = await fetch(`${url}/functions/v1/widget/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_MS),
    }).catch(() => null);
    const reply = (await response?.json().catch(() => null)) as (Reply & { message?: string }) | null;
    if (response?.ok && reply) return reply;
    throw new Error(
      `The widget's function refuses ${path}: ${reply?.message ?? `it answers ${response?.status ?? 'nothing'}`}`,
    );
  };
}

/** Everything that the request set going at once; a webhook has nothing after "sent". */
async function untilEnded(db: SupabaseClient, escalation_id: string): Promise<Delivery[]> {
  for (const deadline = Date.now() + ARRIVAL_MS; ;) {
    const { data, error } = await db
      .from('deliveries')
      .select(
        'kind, recipient, status, reason, created_at, sent_at, delivered_at, last_error, endpoint:webhook_endpoints(url)',
      )
      .eq('escalation_id', escalation_id)
      .in('purpose', ['alert', 'event'])
      .order('created_at')
      .order('id');
    if (error) throw new Error(`The receipts can't be read: ${error.message}`);
    const found = data as unknown as Delivery[];
    const isOver = found.every(
      ({ kind, status }) => ENDED.includes(status) || (kind !== 'email' && status === 'sent'),
    );
    if (isOver || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function describe(one: Delivery): string {
  const after = (at: string) => `${Date.parse(at) - Date.parse(one.created_at)} ms`.padStart(9);
  const to = `${one.kind === 'email' ? 'mail to' : 'webhook to'} ${one.recipient ?? one.endpoint?.url ?? ''}`;
  if (one.delivered_at)
    return `${after(one.delivered_at)}  ${to}: delivered (sent after ${one.sent_at ? after(one.sent_at).trim() : '?'})`;
  if (one.sent_at) return `${after(one.sent_at)}  ${to}: ${one.status}`;
  return `${''.padStart(9)}  ${to}: ${one.status}${one.reason ? ` (${one.reason})` : ''}${one.last_error ? ` ${one.last_error}` : ''}`;
}
