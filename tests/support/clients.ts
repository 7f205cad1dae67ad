// Ways into a stack for tests, all through its public doors: people by the real client library, the database by SQL.
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import postgres, { type Sql } from 'postgres';
import ws from 'ws';
import type { TestStack } from './own-stack.ts';

/** Somebody signed in. */
export interface Person {
  id: string;
  email: string;
  password: string;
  db: SupabaseClient;
}

/** A client under one of the API keys, with no session. */
export function connectAs(stack: TestStack, key: 'publishable' | 'secret'): SupabaseClient {
  return createClient(stack.api_url, stack[`${key}_key`], {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
}

/** Signs a new person up; the address is unique unless given. */
export async function signUp(
  stack: TestStack,
  email = `${crypto.randomUUID()}@example.test`,
): Promise<Person> {
  const password = 'correct-horse-battery';
  const db = connectAs(stack, 'publishable');
  const { data, error } = await db.auth.signUp({ email, password });
  if (error || !data.user) throw error ?? new Error('sign-up returned no user');
  return { id: data.user.id, email, password, db };
}

/** Signs a known person in. */
export async function signIn(stack: TestStack, email: string, password: string): Promise<Person> {
  const db = connectAs(stack, 'publishable');
  const { data, error } = await db.auth.signInWithPassword({ email, password });
  if (error) throw error;
  return { id: data.user.id, email, password, db };
}

/** SQL as `postgres`, the role migrations run as. End it with `await sql.end()`. */
export function connectSql(stack: Pick<TestStack, 'db_url'>): Sql {
  return postgres(stack.db_url, { max: 4, onnotice: () => undefined });
}

/** Calls a SQL function over the Data API and returns its result; throws the API's error with its code. */
export async function rpc<T>(
  db: SupabaseClient,
  name: string,
  parameters: Record<string, unknown> = {},
): Promise<T> {
  const { data, error } = await db.rpc(name, parameters);
  if (error) throw Object.assign(new Error(error.message), error);
  return data as T;
}

/** Asks again every 25 ms until `read` gives something, at most `timeoutMs`; then throws `what`. */
export async function waitFor<T>(
  what: string,
  read: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  timeoutMs = 60_000,
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const result = await read();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Until the sender of a stack that has just started has run once: before that visitors are told that nobody is being alerted. */
export async function untilSenderRuns(stack: Pick<TestStack, 'db_url'>): Promise<void> {
  const sql = connectSql(stack);
  try {
    await waitFor('the sender to run', async () => {
      const [row] = await sql`select from private.senders where last_sweep_at is not null`;
      return row !== undefined;
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
