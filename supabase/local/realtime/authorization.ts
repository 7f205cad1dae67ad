/**
 * Asks the policies on realtime.messages what a token may do on a topic, the way the hosted service does:
 * by trying it inside a transaction that is always rolled back. Reading is "can this role see a row I just
 * put there", writing is "may this role insert one". No probe row is ever committed or broadcast.
 */
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Claims } from './token.ts';

export type Extension = 'broadcast' | 'presence';
/** null: not asked yet. */
export type Right = boolean | null;
export interface Policies {
  broadcast: { read: Right; write: Right };
  presence: { read: Right; write: Right };
}

/** Whose rights, on what, asked with which `x-*` headers of the upgrade. */
export interface Subject {
  topic: string;
  claims: Claims;
  headers: Record<string, string>;
}

/** The database could not be asked; says nothing about the rights. */
export class DatabaseUnavailable extends Error {}

export const noPolicies = (): Policies => ({
  broadcast: { read: null, write: null },
  presence: { read: null, write: null },
});

const ROLLBACK = Symbol('rollback');
const INSUFFICIENT_PRIVILEGE = '42501';
/** Connection trouble, shutdown and resource classes: everything that passes by itself. */
const PASSING = /^(08|53|57)/;

export class Authorization {
  readonly #sql: postgres.Sql;
  readonly #log: (message: string) => void;

  constructor(databaseUrl: string, log: (message: string) => void) {
    this.#log = log;
    this.#sql = postgres(databaseUrl, {
      max: 8,
      connect_timeout: 5,
      // A restarting database is back within a second: waiting longer would only lengthen outages.
      backoff: () => 0.2,
      fetch_types: false,
      onnotice: () => undefined,
      connection: { application_name: 'realtime' },
    });
  }

  get sql(): postgres.Sql {
    return this.#sql;
  }

  /** Which of the extensions the subject may read; false when a policy raises or the role is unknown. */
  async read(subject: Subject, extensions: Extension[]): Promise<Partial<Record<Extension, boolean>>> {
    const probes = extensions.map((extension) => ({ id: randomUUID(), topic: subject.topic, extension }));
    const ids = probes.map(({ id }) => id);
    let visible = new Set<string>();
    try {
      await this.#probe(async (tx) => {
        // Not awaited one by one: three statements, one round trip.
        const [, , seen] = await Promise.all([
          tx`insert into realtime.messages ${tx(probes)}`,
          this.#become(tx, subject),
          tx<{ id: string }[]>`select id from realtime.messages where id in ${tx(ids)}`,
        ]);
        visible = new Set(seen.map((row) => row.id));
      });
    } catch (error) {
      this.#requireVerdict(error);
      visible = new Set();
    }
    return Object.fromEntries(probes.map(({ id, extension }) => [extension, visible.has(id)]));
  }

  /** Which extensions the subject may write; null when a policy raised, so that the next push asks again. */
  async write(subject: Subject): Promise<Record<Extension, boolean> | null> {
    const rights = { broadcast: false, presence: false };
    try {
      await this.#probe(async (tx) => {
        await this.#become(tx, subject);
        for (const extension of ['broadcast', 'presence'] as const) {
          rights[extension] = await tx
            .savepoint((sp) => sp`insert into realtime.messages ${sp({ topic: subject.topic, extension })}`)
            .then(() => true)
            .catch((error: unknown) => {
              if (error instanceof postgres.PostgresError && error.code === INSUFFICIENT_PRIVILEGE)
                return false;
              throw error;
            });
        }
      });
      return rights;
    } catch (error) {
      this.#requireVerdict(error);
      return null;
    }
  }

  async stop(): Promise<void> {
    await this.#sql.end({ timeout: 1 });
  }

  async #probe(run: (tx: postgres.TransactionSql) => Promise<void>): Promise<void> {
    try {
      await this.#sql.begin(async (tx) => {
        await run(tx);
        throw ROLLBACK;
      });
    } catch (error) {
      if (error !== ROLLBACK) throw error;
    }
  }

  /** A policy that raises has said no; anything else says nothing about the rights. */
  #requireVerdict(error: unknown): void {
    if (!(error instanceof postgres.PostgresError) || PASSING.test(error.code)) {
      throw new DatabaseUnavailable('Realtime was unable to connect to the project database', {
        cause: error,
      });
    }
    this.#log(`RlsPolicyError: ${error.message}`);
  }

  #become(tx: postgres.TransactionSql, { topic, claims, headers }: Subject) {
    return tx`
      select
        set_config('role', ${claims.role}, true),
        set_config('realtime.topic', ${topic}, true),
        set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
        set_config('request.jwt.claim.sub', ${claims.sub ?? null}, true),
        set_config('request.jwt.claim.role', ${claims.role}, true),
        set_config('request.headers', ${JSON.stringify(headers)}, true)`;
  }
}
