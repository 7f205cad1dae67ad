// Asks an installation everything that health.ts judges, all at once and with patience that ends. Nothing here changes anything: every
// function is called in a way that it refuses or that only reads.
import { clockChanges, comingYear, type ClockChanges } from './clocks.ts';
import type {
  AppFacts,
  Asked,
  AuthFacts,
  Clocks,
  DatabaseFacts,
  Facts,
  FunctionFacts,
  FunctionName,
} from './health-facts.ts';

const PATIENCE_MS = 6000;

/** Who asks: a member with a token for one chatbot, or whoever holds the secret key, for the whole project. */
export interface Asker {
  /** The project's address, without a trailing slash. */
  url: string;
  apikey: string;
  member?: { chatbot_id: string; access_token: string };
  /** The versions of the migrations that belong to this release. */
  expected_migrations: string[];
  /** What this program is called in a comparison of clocks; undefined leaves its clock out. */
  program?: string;
  /** Where the app is, if not where the Vault says. */
  app_url?: string | undefined;
}

/** What each function is asked; the answer that says it runs is in health.ts. */
const CALLS: Record<FunctionName, string> = {
  widget: 'widget/clock?time_zone=UTC',
  api: 'api/openapi.json',
  health: 'health/facts',
  dispatch: 'dispatch',
  'postmark-events': 'postmark-events',
  'postmark-inbound': 'postmark-inbound',
};

/** Everything but the round trip of Realtime, which takes a web socket. Never throws. */
export async function gatherFacts(asker: Asker): Promise<Facts> {
  const { url, apikey, member, expected_migrations } = asker;
  const headers: Record<string, string> = { apikey, accept: 'application/json' };
  if (member) headers['authorization'] = `Bearer ${member.access_token}`;
  else if (!apikey.startsWith('sb_')) headers['authorization'] = `Bearer ${apikey}`;
  const about = member ? `?chatbot_id=${member.chatbot_id}` : '';

  const asking = ask<DatabaseFacts>(
    `${url}/rest/v1/rpc/${member ? 'health' : 'project_health'}`,
    { ...headers, 'content-type': 'application/json' },
    JSON.stringify(member ? { chatbot_id: member.chatbot_id } : {}),
  );
  const [database, functions, auth, answers, app, clocks] = await Promise.all([
    asking,
    ask<FunctionFacts>(`${url}/functions/v1/health/facts${about}`, headers),
    ask<AuthFacts>(`${url}/auth/v1/settings`, { apikey }),
    knock(url),
    asking.then((found) => askApp(asker, found)),
    asking.then((found) => askClocks(asker, found)),
  ]);
  return { now: Date.now(), url, expected_migrations, database, functions, answers, auth, app, clocks };
}

async function knock(url: string): Promise<Facts['answers']> {
  const names = Object.keys(CALLS) as FunctionName[];
  const answers = await Promise.all(names.map((name) => ask(`${url}/functions/v1/${CALLS[name]}`, {})));
  const known = answers.map((answer) => ('found' in answer ? { status: 200, code: null } : answer));
  return Object.fromEntries(names.map((name, index) => [name, known[index]])) as Facts['answers'];
}

async function askApp({ app_url }: Asker, database: Asked<DatabaseFacts>): Promise<Asked<AppFacts>> {
  const known = app_url ?? ('found' in database ? database.found.vault.app_url : null);
  return known
    ? await ask<AppFacts>(`${known.replace(/\/$/, '')}/healthz`, {})
    : { status: null, code: 'UNSET' };
}

async function askClocks({ url, program }: Asker, database: Asked<DatabaseFacts>): Promise<Clocks[]> {
  if (!('found' in database)) return [];
  const names = database.found.zones.map(({ name }) => name);
  const address = (name: string) => `${url}/functions/v1/widget/clock?time_zone=${encodeURIComponent(name)}`;
  const answers = await Promise.all(
    names.map((name) => ask<{ changes: ClockChanges | null }>(address(name), {})),
  );
  const clocks: Clocks[] = [];
  if (answers.every((answer) => 'found' in answer))
    clocks.push({ program: 'Functions (Deno)', changes: answers.map(({ found }) => found.changes) });
  const [since, until] = comingYear(Date.parse(database.found.now));
  if (program) clocks.push({ program, changes: names.map((name) => clockChanges(name, since, until)) });
  return clocks;
}

async function ask<T>(
  address: string,
  headers: Record<string, string>,
  body: string | null = null,
): Promise<Asked<T>> {
  try {
    const response = await fetch(address, {
      method: body === null ? 'GET' : 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = (await response.json().catch(() => null)) as (T & { code?: unknown }) | null;
    if (response.ok && answer !== null) return { found: answer };
    return {
      status: response.status,
      code: typeof answer?.code === 'string' ? answer.code : null,
    };
  } catch (error) {
    return { status: null, code: error instanceof Error ? error.name : null };
  }
}
