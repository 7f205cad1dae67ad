// The stage of the load measurements: a stack of its own in memory-backed storage with the app in front, an owner who signed up
// like anybody, and a year of conversations. HANDOFF_STACK reuses a stack that was loaded before.
import { existsSync, mkdtempSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { rpc, signIn, signUp, type Person } from '../../support/clients.ts';
import { describeStack, startOwnStack, type TestStack } from '../../support/own-stack.ts';
import { populate, type Share } from './population.ts';

const MEMORY = '/dev/shm';
const OWNER = 'owner@bench.example';
/** Of everybody here. */
export const PASSWORD = 'correct-horse-battery';

/** The chatbots by size; `largest` has a million conversations, the others a tenth and a hundredth of that. */
export interface Chatbots {
  largest: string;
  middle: string;
  smallest: string;
}

/** Everything a measurement needs. */
export interface Stage {
  stack: TestStack;
  owner: Person;
  chatbots: Chatbots;
  /** Connections as the superuser, who passes by every policy. */
  superuser: Sql;
  /** One connection on which every statement runs as the owner, as the Data API would run it. */
  member: Sql;
  app: { pid: number | undefined };
  stop: () => Promise<void>;
}

/** Conversations of each chatbot. */
export const SIZES = { largest: 1_000_000, middle: 100_000, smallest: 10_000 };
const NEIGHBOURS = [5_000, 5_000];
const SOMEBODY_ELSES = 20_000;

/** Connects as a role of the platform. */
function connect(stack: TestStack, role: string, max: number): Sql {
  const url = stack.db_url.replace(/\/\/[^@]+@/, `//${role}:postgres@`);
  return postgres(url, { max, onnotice: () => undefined });
}

/** Starts and fills it; `report` hears what is being done. */
export async function openStage(report: (line: string) => void): Promise<Stage> {
  const reused = process.env['HANDOFF_STACK'];
  const started = reused ? null : await start();
  const stack = reused ? (JSON.parse(readFileSync(reused, 'utf8')) as TestStack) : describeStack(started!);
  const superuser = connect(stack, 'supabase_admin', 4);
  const { owner, chatbots } = reused ? await recall(stack, superuser) : await fill(stack, superuser, report);
  const member = await becoming(stack, owner);
  return {
    stack,
    owner,
    chatbots,
    superuser,
    member,
    app: started?.programs.get('app') ?? { pid: Number(process.env['HANDOFF_APP_PID']) || undefined },
    async stop() {
      await Promise.all([superuser.end({ timeout: 1 }), member.end({ timeout: 1 })]);
      await started?.stop();
    },
  };
}

async function start() {
  const stateDir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'handoff-load-'));
  chmodSync(stateDir, 0o755);
  const stack = await startOwnStack({ stateDir, app: 'built', seed: false });
  writeFileSync(join(stateDir, 'stack.json'), JSON.stringify(describeStack(stack)));
  return stack;
}

async function fill(stack: TestStack, superuser: Sql, report: (line: string) => void) {
  const owner = await signUp(stack, OWNER);
  const stranger = await signUp(stack);
  const make = (person: Person, name: string) => rpc<string>(person.db, 'create_chatbot', { name });
  const chatbots: Chatbots = {
    largest: await make(owner, 'Largest'),
    middle: await make(owner, 'Middle'),
    smallest: await make(owner, 'Smallest'),
  };
  const shares: Share[] = [
    ...Object.entries(SIZES).map(([name, size]) => ({ chatbot_id: chatbots[name as keyof Chatbots], size })),
    { chatbot_id: await make(stranger, 'Elsewhere'), size: SOMEBODY_ELSES },
  ];
  for (const size of NEIGHBOURS) shares.push({ chatbot_id: await make(owner, 'Neighbour'), size });
  const reserved = await superuser.reserve();
  const since = performance.now();
  await populate(reserved, shares);
  reserved.release();
  report(`loaded in ${Math.round((performance.now() - since) / 1000)} s`);
  return { owner, chatbots };
}

async function recall(stack: TestStack, superuser: Sql) {
  const found = await superuser<{ id: string; key: string }[]>`
    select id, lower(name) as key from public.chatbots where name in ('Largest', 'Middle', 'Smallest')`;
  const chatbots = Object.fromEntries(found.map(({ id, key }) => [key, id])) as unknown as Chatbots;
  return { owner: await signIn(stack, OWNER, PASSWORD), chatbots };
}

async function becoming(stack: TestStack, { id }: Person): Promise<Sql> {
  const member = connect(stack, 'supabase_admin', 1);
  const claims = JSON.stringify({ sub: id, role: 'authenticated' });
  await member`select set_config('request.jwt.claims', ${claims}, false)`;
  await member`set role authenticated`;
  return member;
}
