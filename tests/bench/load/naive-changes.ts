// Changes as they are heard with row-level subscriptions: the server asks every 100 ms what is new, asks the policies for every
// row and subscriber whether that one may see it, and tells those who may.
import type { AddressInfo } from 'node:net';
import type { Sql } from 'postgres';
import WebSocket, { WebSocketServer } from 'ws';
import { Arrivals, type Crowd } from './subscribers.ts';

const POLL_MILLISECONDS = 100;

// One call for a row and everybody, as the database's own implementation does it.
const VISIBLE_TO = `
  create or replace function bench.visible_to(row_id uuid, people uuid[]) returns setof integer language plpgsql as $$
  declare
    is_visible boolean;
  begin
    for i in 1..cardinality(people) loop
      perform set_config('request.jwt.claims', json_build_object('sub', people[i], 'role', 'authenticated')::text, true),
        set_config('role', 'authenticated', true);
      execute 'select exists (select from public.messages where id = $1)' using row_id into is_visible;
      perform set_config('role', 'none', true);
      if is_visible then return next i; end if;
    end loop;
  end $$`;

/** Starts the server and joins everybody: `people[i]` is who the i-th subscriber is. */
export async function joinNaively(superuser: Sql, people: string[]): Promise<Crowd> {
  await superuser.unsafe(VISIBLE_TO).simple();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const sockets: WebSocket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const arrivals = new Arrivals();
  const { port } = server.address() as AddressInfo;
  const clients: WebSocket[] = [];
  // One after the other, so that the sockets are in the order of the people.
  for (const person of people) {
    const client = new WebSocket(`ws://127.0.0.1:${port}/${person}`);
    client.on('message', () => arrivals.add());
    clients.push(client);
    await new Promise((resolve) => client.once('open', resolve));
  }

  let [{ at: seen } = { at: '' }] = await superuser<{ at: string }[]>`select clock_timestamp()::text as at`;
  let isOpen = true;
  const poll = async () => {
    const changes = await superuser<{ id: string; at: string }[]>`
      select id, created_at::text as at from public.messages
      where chatbot_id in (select chatbot_id from bench.listening) and created_at > ${seen}::text::timestamptz order by created_at, id`;
    for (const { id, at } of changes) {
      const visible = await superuser<
        { i: number }[]
      >`select bench.visible_to(${id}, ${people}::uuid[]) as i`;
      for (const { i } of visible) sockets[i - 1]?.send(id);
      seen = at;
    }
  };
  const polling = (async () => {
    while (isOpen) {
      await poll();
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  })();
  return {
    heard: () => arrivals.count,
    reset: () => arrivals.reset(),
    until: (notices) => arrivals.until(notices),
    async leave() {
      isOpen = false;
      await polling;
      for (const client of clients) client.close();
      server.close();
    },
  };
}
