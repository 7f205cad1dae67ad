/**
 * A stage for Realtime: a real database with a rights table that the policies on realtime.messages read, the
 * service with its waits shortened, the real client library, and raw sockets for what it cannot say.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { RealtimeClient, type RealtimeChannel, type RealtimeClientOptions } from '@supabase/supabase-js';
import postgres from 'postgres';
import WebSocket from 'ws';
import { startRealtime, type Realtime } from '../../supabase/local/realtime.ts';
import { DEFAULT_LIMITS, type RealtimeLimits } from '../../supabase/local/realtime/limits.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

export const JWT_SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';
export const PUBLISHABLE_KEY = 'sb_publishable_stage';
export const SECRET_KEY = 'sb_secret_stage';

const SHORT_WAITS = { joinErrorDelayMs: 20, refusedUpgradeDelayMs: 10 };

const POLICIES = `
  create table public.rights (sub text, topic text, extension text, verb text);
  grant select on public.rights to anon, authenticated;
  create policy "People read what they were given" on realtime.messages for select to anon, authenticated
    using (exists (
      select from public.rights where topic = realtime.topic() and verb = 'select'
        and rights.extension = messages.extension and sub = (select auth.jwt() ->> 'sub')));
  create policy "People write what they were given" on realtime.messages for insert to anon, authenticated
    with check (exists (
      select from public.rights where topic = realtime.topic() and verb = 'insert'
        and rights.extension = messages.extension and sub = (select auth.jwt() ->> 'sub')));
  create policy "Signed-in people read the lobby" on realtime.messages for select to authenticated
    using (realtime.topic() = 'lobby');
  create policy "A policy may fail" on realtime.messages for select to authenticated
    using (case when realtime.topic() = 'raises' then 1 / length(replace(topic, 'raises', '')) > 0 else false end);
`;

/** A token of the stack's Auth service, valid for an hour unless its claims say otherwise. */
export function signToken(claims: Record<string, unknown> = {}, secret = JWT_SECRET): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const body = { role: 'authenticated', exp, ...claims };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(body)}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

/** Waits until a condition holds, and gives back what it returned. */
export async function until<T>(
  condition: () => T | null | undefined | false,
  what = 'the condition',
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not hold within 60 s: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Verb = 'select' | 'insert';
type Extension = 'broadcast' | 'presence';

/** A joined or refused channel with everything it heard. */
export interface Ear {
  channel: RealtimeChannel;
  statuses: string[];
  errors: string[];
  broadcasts: { event: string; payload: unknown; meta?: { id: string; replayed?: boolean } }[];
  systems: { status: string; message: string; extension: string }[];
}

export class Stage {
  readonly postgres: TestPostgres;
  /** The superuser's connection. */
  readonly sql: postgres.Sql;
  realtime: Realtime;
  readonly #clients: RealtimeClient[] = [];
  readonly #raws: Raw[] = [];

  private constructor(database: TestPostgres, sql: postgres.Sql, realtime: Realtime) {
    this.postgres = database;
    this.sql = sql;
    this.realtime = realtime;
  }

  static async start(limits: Partial<RealtimeLimits> = {}): Promise<Stage> {
    const database = await startPostgres();
    // Policies are made by the role that runs migrations, as on a hosted project.
    const migrations = postgres(database.url('postgres'), { max: 1, onnotice: () => undefined });
    await migrations.unsafe(POLICIES).simple();
    await migrations.end();
    const sql = postgres(database.url('supabase_admin'), { max: 4, onnotice: () => undefined });
    const realtime = await startRealtime({
      port: 0,
      databaseUrl: database.url('supabase_admin'),
      jwtSecret: JWT_SECRET,
      publishableKey: PUBLISHABLE_KEY,
      secretKey: SECRET_KEY,
      limits: { ...SHORT_WAITS, ...limits },
      log: (message) => console.info(message),
    });
    return new Stage(database, sql, realtime);
  }

  /** Takes back what a test changed about the limits. */
  resetLimits(): void {
    Object.assign(this.realtime.limits, DEFAULT_LIMITS, SHORT_WAITS);
  }

  async grant(sub: string, topic: string, rights: Partial<Record<Verb, Extension[]>>): Promise<void> {
    for (const [verb, extensions] of Object.entries(rights)) {
      for (const extension of extensions) {
        await this.sql`insert into public.rights ${this.sql({ sub, topic, extension, verb })}`;
      }
    }
  }

  async revoke(sub: string): Promise<void> {
    await this.sql`delete from public.rights where sub = ${sub}`;
  }

  /** A client of the real library; signed in when given a token. */
  async client(
    token?: string,
    options: Partial<RealtimeClientOptions> & { port?: number } = {},
  ): Promise<RealtimeClient> {
    const { port = this.realtime.port, ...rest } = options;
    const client = new RealtimeClient(`http://127.0.0.1:${port}/socket`, {
      params: { apikey: PUBLISHABLE_KEY },
      transport: WebSocket as unknown as NonNullable<RealtimeClientOptions['transport']>,
      reconnectAfterMs: () => 50,
      ...rest,
    });
    if (token) await client.setAuth(token);
    this.#clients.push(client);
    return client;
  }

  /** Subscribes and collects; the caller waits for what it expects. */
  listen(client: RealtimeClient, topic: string, config: Record<string, unknown> = {}): Ear {
    const channel = client.channel(topic, { config });
    const ear: Ear = { channel, statuses: [], errors: [], broadcasts: [], systems: [] };
    channel
      .on('broadcast', { event: '*' }, (message) => ear.broadcasts.push({ payload: undefined, ...message }))
      .on('system', {}, (message: Ear['systems'][number]) => ear.systems.push(message))
      .subscribe((status, error) => {
        ear.statuses.push(status);
        if (error) ear.errors.push(error.message);
      });
    return ear;
  }

  /** The same, joined. */
  async join(client: RealtimeClient, topic: string, config: Record<string, unknown> = {}): Promise<Ear> {
    const ear = this.listen(client, topic, config);
    await until(() => ear.statuses.includes('SUBSCRIBED'), `joining ${topic}`);
    return ear;
  }

  async raw(
    version: '1.0.0' | '2.0.0' = '2.0.0',
    apikey = PUBLISHABLE_KEY,
    headers: Record<string, string> = {},
  ): Promise<Raw> {
    const url = `ws://127.0.0.1:${this.realtime.port}/socket/websocket?apikey=${apikey}&vsn=${version}`;
    const raw = new Raw(new WebSocket(url, { headers }), version);
    this.#raws.push(raw);
    await raw.opened;
    return raw;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.disconnect();
    for (const raw of this.#raws) raw.ws.terminate();
    await this.realtime.stop();
    await this.sql.end();
    await this.postgres.stop();
  }
}

export interface RawFrame {
  joinRef: string | null | undefined;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  binary?: Buffer;
}

/** A socket that shows every frame as it came. */
export class Raw {
  readonly ws: WebSocket;
  readonly frames: RawFrame[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number }>;
  readonly #version: string;
  #ref = 0;

  constructor(ws: WebSocket, version: string) {
    this.ws = ws;
    this.#version = version;
    this.opened = new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    this.closed = new Promise((resolve) => ws.once('close', (code) => resolve({ code })));
    ws.on('message', (data: Buffer, isBinary: boolean) => this.frames.push(this.#read(data, isBinary)));
  }

  /** Sends a push and gives back its ref. */
  push(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    this.#ref += 1;
    const ref = String(this.#ref);
    const frame =
      this.#version === '1.0.0'
        ? { topic, event, payload, ref, join_ref: joinRef }
        : [event === 'phx_join' ? ref : joinRef, ref, topic, event, payload];
    this.ws.send(JSON.stringify(frame));
    return ref;
  }

  async reply(ref: string): Promise<RawFrame> {
    return until(
      () => this.frames.find((frame) => frame.event === 'phx_reply' && frame.ref === ref),
      `the reply to ${ref}`,
    );
  }

  /** Joins and gives back the join's ref. */
  async join(topic: string, config: Record<string, unknown> = {}, token?: string): Promise<string> {
    const ref = this.push(topic, 'phx_join', { config, ...(token ? { access_token: token } : {}) });
    const reply = await this.reply(ref);
    if (reply.payload.status !== 'ok') throw new Error(JSON.stringify(reply.payload));
    return ref;
  }

  async seen(event: string): Promise<RawFrame> {
    return until(() => this.frames.find((frame) => frame.event === event), `the event ${event}`);
  }

  #read(data: Buffer, isBinary: boolean): RawFrame {
    if (isBinary) return { joinRef: null, ref: null, topic: '', event: 'binary', payload: {}, binary: data };
    const value = JSON.parse(data.toString()) as never;
    if (Array.isArray(value)) {
      const [joinRef, ref, topic, event, payload] = value as [
        null,
        null,
        string,
        string,
        RawFrame['payload'],
      ];
      return { joinRef, ref, topic, event, payload };
    }
    return { joinRef: undefined, ...(value as Omit<RawFrame, 'joinRef'>) };
  }
}

/** A topic nobody else uses. */
export const newTopic = () => `room:${randomUUID()}`;
