/** Somebody who has no business with a tenant, trying every door of the Data API; each try says what went wrong, if anything. */
import { argumentsFor, nobody, type Routine, type Table } from './catalogue.ts';
import type { TestStack } from './own-stack.ts';
import type { Tenant } from './tenants.ts';

export interface Actor {
  name: string;
  /** Sent as a bearer token beside the publishable key; none for a visitor. */
  token?: string;
  /** Whether the token is one of a signed-in person, who may at least ask. */
  is_person: boolean;
}

interface Said {
  status: number;
  text: string;
  code: string | null;
  range: string | null;
}

/** Makes one request to the Data API. */
export async function ask(
  stack: TestStack,
  actor: Pick<Actor, 'token'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Said> {
  const response = await fetch(`${stack.api_url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: stack.publishable_key,
      ...(actor.token && { authorization: `Bearer ${actor.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const code = /"code":\s*"(\w+)"/.exec(text)?.[1] ?? null;
  return { status: response.status, text, code, range: response.headers.get('content-range') };
}

const isRefused = ({ status }: Said) => status >= 400 && status < 500;

/** What an outsider gets of a tenant's rows in one table, by every verb; an empty list when nothing. */
export async function tableLeaks(
  stack: TestStack,
  actor: Actor,
  { name, owned_by, columns, readable }: Table,
  victim: Tenant,
): Promise<string[]> {
  const owner = owned_by === 'user_id' ? victim.colleagueId : victim.chatbotId;
  const column = owned_by ?? columns[0]!;
  const mine = `${column}=eq.${owner}`;
  const select = `select=${actor.is_person ? readable.join(',') : '*'}`;
  const row = { [column]: owner };
  const leaks: string[] = [];
  const expect = (isFine: boolean, what: string, { status, text }: Said) => {
    if (!isFine) leaks.push(`${actor.name}: ${what} ${name} → ${status} ${text.slice(0, 200)}`);
  };

  const theirs = await ask(stack, actor, 'GET', `${name}?${select}&${mine}`);
  expect(actor.is_person ? theirs.text === '[]' : isRefused(theirs), 'reads the rows of', theirs);
  const all = await ask(stack, actor, 'GET', `${name}?${select}`);
  expect(!betrays(all.text, victim), 'finds the tenant in', all);
  const counted = await ask(stack, actor, 'HEAD', `${name}?${select}&${mine}`, undefined, {
    prefer: 'count=exact',
  });
  expect(actor.is_person ? counted.range === '*/0' : isRefused(counted), 'counts', counted);

  const writes: [string, string, unknown, Record<string, string>][] = [
    ['POST', name, row, {}],
    ['POST', name, row, { prefer: 'resolution=merge-duplicates' }],
    ['PATCH', `${name}?${mine}`, row, {}],
    ['DELETE', `${name}?${mine}`, undefined, {}],
  ];
  for (const [method, path, body, headers] of writes) {
    const answer = await ask(stack, actor, method, path, body, headers);
    expect(answer.status === 401 || answer.status === 403, `is not refused to ${method}`, answer);
  }
  return leaks;
}

/** What calling a function with a foreign tenant's ids tells an outsider that the same call about nobody would not. */
export async function callLeaks(
  stack: TestStack,
  actor: Actor,
  routine: Routine,
  victim: Tenant,
  home?: Tenant,
): Promise<string[]> {
  const path = `rpc/${routine.name}`;
  // Somebody with a chatbot of their own also tries to reach foreign rows from it.
  const from = (tenant: Tenant) => ({
    ...argumentsFor(routine, tenant),
    ...(home && hasParameter(routine, 'chatbot_id') && { chatbot_id: home.chatbotId }),
  });
  const foreign = from(victim);
  const answer = await ask(stack, actor, 'POST', path, foreign);
  const said = `${actor.name}: ${routine.name} → ${answer.status} ${answer.text.slice(0, 200)}`;
  if (!routine.is_for_people || !actor.is_person) {
    // By its code, or a call that merely has the wrong arguments would pass for a refusal.
    return answer.code === '42501' || answer.code === 'PGRST301' ? [] : [said];
  }
  const given = JSON.stringify(foreign);
  if (betrays(answer.text, victim, given)) return [said];
  if (!Object.keys(foreign).some((name) => /_ids?$|^id$/.test(name)) || (home && !reachesOut(routine)))
    return [];
  const missing = await ask(stack, actor, 'POST', path, from(nobody(victim)));
  const isSame = missing.status === answer.status && anonymous(missing.text) === anonymous(answer.text);
  return isSame ? [] : [`${said}, but about nobody ${missing.status} ${missing.text.slice(0, 200)}`];
}

/** Whether a call from one's own chatbot names a row that could be somebody else's. */
export function reachesOut(routine: Routine): boolean {
  return (
    hasParameter(routine, 'chatbot_id') &&
    routine.parameters.some(
      ({ name, type }) => /uuid/.test(type) && name !== 'chatbot_id' && name !== 'after_id',
    )
  );
}

const hasParameter = (routine: Routine, wanted: string) =>
  routine.parameters.some(({ name }) => name === wanted);

/** Whether a text holds something of a tenant that was not in the question. */
function betrays(text: string, { chatbotId, colleagueId, mark, ids }: Tenant, question = ''): boolean {
  const known = [chatbotId, colleagueId, mark, ...Object.values(ids)];
  return known.some((what) => text.includes(what) && !question.includes(what));
}

const anonymous = (text: string) => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…');
