// What realtime reads from the write-ahead log goes on after a connection that breaks off, at whatever moment that is. An error that
// nobody handles would end the whole stack; Vitest fails on one.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Replication } from '../../supabase/local/realtime/replication.ts';
import { connectSql, waitFor } from '../support/clients.ts';

/** A line to the database that is reset when so many pieces have come from there, until it is mended. */
class BrittleLine {
  resetAfter = Infinity;
  isUsed = false;
  #sockets = new Set<Socket>();
  #server: Server;

  constructor(port: number) {
    this.#server = createServer((client) => {
      const database = connect(port, '127.0.0.1');
      let pieces = 0;
      this.isUsed = true;
      for (const [one, other] of [
        [client, database],
        [database, client],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
      client.on('data', (piece) => database.write(piece));
      database.on('data', (piece) => {
        pieces += 1;
        if (pieces >= this.resetAfter) this.reset();
        else client.write(piece);
      });
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.reset();
    this.#server.close();
  }
}

let sql: Sql;
let line: BrittleLine;
let url: URL;

beforeAll(async () => {
  const stack = inject('stack');
  sql = connectSql(stack);
  url = new URL(stack.db_url);
  url.username = 'supabase_admin';
  line = new BrittleLine(Number(url.port));
  url.port = String(await line.open());
});

afterAll(async () => {
  line?.close();
  await sql?.end({ timeout: 1 });
});

it.each(Array.from({ length: 10 }, (_, index) => index + 1))(
  'follows what is committed after its line was reset at the %i. piece from the database',
  async (pieces) => {
    const topics: (string | null)[] = [];
    let resumed = 0;
    const followed = new Replication(url.href, {
      onInsert: (row) => topics.push(row.topic),
      onResumed: () => (resumed += 1),
    });
    line.resetAfter = pieces;
    // The first attempt is told to whoever starts it, later ones are repeated.
    const isStarted = await followed.start().then(
      () => true,
      () => false,
    );
    line.resetAfter = Infinity;
    if (!isStarted) await followed.start();
    line.reset();
    await waitFor('it to follow again', () => resumed > 0 && followed.isReady);
    const topic = `brittle:${pieces}`;
    await sql`select realtime.send('{}'::jsonb, 'told', ${topic}, false)`;
    await waitFor('what was committed', () => topics.includes(topic));
    await followed.stop();
    expect(followed.isReady).toBe(false);
  },
);
