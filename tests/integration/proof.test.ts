// Evidence packs from the real database, checked by the program that strangers check them with: what is as it was written down is sound,
// and whatever somebody with every right on the database changes afterwards is named.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TransactionSql } from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  isSignature,
  readZip,
  verifyPack,
  type Report,
  type Seal,
} from '../../src/lib/proof/handoff-verify.mjs';
import { pack, type PackSignature } from '../../src/lib/server/evidence.ts';
import { rpc, signUp, untilSenderRuns, waitFor, type Person } from '../support/clients.ts';
import { api, sql, stack } from '../support/stack.ts';

const ZONE = { name: 'UTC', changes: [[0, 0]] as [number, number][] };
let owner: Person;
let stranger: Person;
let chatbotId: string;

beforeAll(async () => {
  [owner, stranger] = await Promise.all([signUp(stack), signUp(stack)]);
  const [bot] = await sql<{ id: string }[]>`
    insert into public.chatbots (owner_id, name) values (${owner.id}, 'Shop') returning id`;
  chatbotId = bot!.id;
});

/** A case in which somebody asked for a person, a person looked, answered and noted something, and its mail has been sent. */
async function makeCase(): Promise<string> {
  const [made] = await sql<{ id: string }[]>`
    insert into public.conversations (chatbot_id) values (${chatbotId}) returning id`;
  const id = made!.id;
  await sql`insert into public.messages (conversation_id, chatbot_id, role, text) values
    (${id}, ${chatbotId}, 'visitor', 'Where is “order 41”? 🧦')`;
  await sql`insert into public.escalations (conversation_id, trigger) values (${id}, 'inline_cta')`;
  await waitFor('the alert has been sent', async () => {
    const [row] =
      await sql`select from public.deliveries where conversation_id = ${id} and status in ('sent', 'delivered')`;
    return row;
  });
  await rpc(owner.db, 'send_reply', {
    conversation_id: id,
    text: 'It leaves today.',
    id: crypto.randomUUID(),
  });
  await rpc(owner.db, 'add_note', {
    conversation_id: id,
    text: 'A secret between us',
    id: crypto.randomUUID(),
  });
  return id;
}

async function sign(person: Person, manifest_sha256: string, chatbot_id = chatbotId): Promise<Response> {
  const { data } = await person.db.auth.getSession();
  return await fetch(`${api}/functions/v1/api/proof-signature`, {
    method: 'POST',
    headers: {
      apikey: stack.publishable_key,
      authorization: `Bearer ${data.session!.access_token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ chatbot_id, manifest_sha256 }),
  });
}

async function packOf(...conversation_ids: string[]): Promise<Buffer> {
  const signPack = async (hash: string) => (await (await sign(owner, hash)).json()) as PackSignature;
  const order = { chatbot: { id: chatbotId, name: 'Shop' }, conversation_ids, zone: ZONE };
  const pieces: Buffer[] = [];
  for await (const piece of pack(owner.db, order, signPack, new AbortController().signal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function publicKeys(): Promise<string[]> {
  const answer = await fetch(`${api}/functions/v1/api/proof-key`);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const { keys } = (await answer.json()) as { keys: { public_key: string }[] };
  return keys.map(({ public_key }) => public_key);
}

async function check(bytes: Buffer, keptSeals: Seal[] = []): Promise<Report> {
  return await verifyPack(await readZip(bytes), { trustedKeys: await publicKeys(), keptSeals });
}

describe('an evidence pack', () => {
  it('is sound, says what happened, and keeps internal notes back', async () => {
    await untilSenderRuns(stack);
    const ids = [await makeCase(), await makeCase()];
    const bytes = await packOf(...ids);
    const report = await check(bytes);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ isSound: true, areKeysTrusted: true });
    expect(report.cases.map(({ conversation, wordless }) => [conversation, wordless])).toEqual(
      ids.map((id) => [id, 1]),
    );
    const files = await readZip(bytes);
    const all = [...files].map(([name, content]) => `${name}\n${Buffer.from(content).toString()}`).join('\n');
    expect(all).toContain('Where is “order 41”? 🧦');
    expect(all).not.toContain('A secret between us');
    const page = [...files].find(([name]) => name.endsWith('page.html'))![1];
    expect(Buffer.from(page).toString()).toContain('The visitor asked for a person');
  });

  it('is checked by the program on its own, as the pack brings it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handoff-pack-'));
    const bytes = await packOf(await makeCase());
    writeFileSync(join(folder, 'pack.zip'), bytes);
    writeFileSync(join(folder, 'verify.mjs'), (await readZip(bytes)).get('handoff-verify.mjs')!);
    const [key] = await publicKeys();
    const said = execFileSync(
      process.execPath,
      [join(folder, 'verify.mjs'), join(folder, 'pack.zip'), '--key', key!],
      { encoding: 'utf8' },
    );
    rmSync(folder, { recursive: true });
    expect(said).toContain('Everything fits.');
    const source = fileURLToPath(new URL('../../src/lib/proof/handoff-verify.mjs', import.meta.url));
    expect((await import('node:fs')).readFileSync(source)).toEqual(
      Buffer.from((await readZip(bytes)).get('handoff-verify.mjs')!),
    );
  });

  it('holds seals whose signature and root fit, and that fit those that were kept', async () => {
    const id = await makeCase();
    await packOf(id);
    await sql`select private.seal(${chatbotId})`;
    const { seals } = await waitFor('the seal has been signed', async () => {
      const found = await rpc<{ seals: Seal[] }>(owner.db, 'read_seals', { chatbot_id: chatbotId });
      return found.seals.length > 0 && found.seals.every(({ signature }) => signature) ? found : undefined;
    });
    await sql`insert into public.messages (conversation_id, chatbot_id, role, text) values (${id}, ${chatbotId}, 'visitor', 'Thank you')`;
    const bytes = await packOf(id);
    const report = await check(bytes, seals);
    expect(report.problems).toEqual([]);
    expect(report.cases[0]!.seals).toBe(1);
    const [newest] = seals;
    const key = Buffer.from((await publicKeys())[0]!, 'hex');
    const signature = Buffer.from(newest!.signature!, 'hex');
    expect(await isSignature(key, Buffer.from(`handoff-seal-1\n${newest!.body}`), signature)).toBe(true);
    expect(await isSignature(key, Buffer.from(`handoff-pack-1\n${newest!.body}`), signature)).toBe(false);
  });

  it('is signed for members alone, and only hashes are signed', async () => {
    const hash = 'a'.repeat(64);
    expect((await sign(owner, hash)).status).toBe(200);
    expect((await sign(stranger, hash)).status).toBe(404);
    expect((await sign(owner, 'a'.repeat(63))).status).toBe(422);
    const nobody = await fetch(`${api}/functions/v1/api/proof-signature`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chatbot_id: chatbotId, manifest_sha256: hash }),
    });
    expect(nobody.status).toBe(401);
  });
});

describe('whoever changes the tables afterwards, with every right on them,', () => {
  /** As somebody would who has the password of the database and nothing to keep them. */
  const tamperings: [
    what: string,
    where: RegExp,
    how: (sql: TransactionSql, id: string) => Promise<unknown>,
  ][] = [
    [
      'changes what a visitor said',
      /entry/,
      (t, id) =>
        t`update public.messages set text = 'Thanks, bye' where conversation_id = ${id} and role = 'visitor'`,
    ],
    [
      'changes when it was said',
      /entry/,
      (t, id) =>
        t`update public.messages set created_at = created_at - interval '1 hour' where conversation_id = ${id} and role = 'visitor'`,
    ],
    [
      'changes who said it',
      /entry/,
      (t, id) =>
        t`update public.messages set role = 'assistant' where conversation_id = ${id} and role = 'visitor'`,
    ],
    [
      'removes an answer',
      /entry/,
      (t, id) => t`delete from public.messages where conversation_id = ${id} and role = 'agent'`,
    ],
    [
      'removes that somebody asked for a person',
      /entry/,
      (t, id) =>
        t`delete from public.timeline_entries where conversation_id = ${id} and type = 'conversation.escalated'`,
    ],
    [
      'changes when somebody asked for a person',
      /entry/,
      (t, id) =>
        t`update public.timeline_entries set created_at = created_at + interval '1 day' where conversation_id = ${id} and type = 'conversation.escalated'`,
    ],
    [
      'says that somebody else was told',
      /entry|receipts/,
      (t, id) =>
        t`update public.deliveries set recipient = 'eve@example.test' where conversation_id = ${id} and purpose = 'alert'`,
    ],
    [
      'says that a mail was delivered',
      /receipts/,
      (t, id) =>
        t`update public.deliveries set status = 'bounced' where conversation_id = ${id} and purpose = 'alert'`,
    ],
    [
      'removes a receipt',
      /entry|receipts/,
      (t, id) => t`delete from public.deliveries where conversation_id = ${id} and purpose = 'alert'`,
    ],
    [
      'changes an entry of the chain',
      /entry/,
      (t, id) =>
        t`update private.chain_entries set body = replace(body, '"kind":"message"', '"kind":"messagf"') where conversation_id = ${id} and seq = 1 or conversation_id = ${id} and kind = 'message'`,
    ],
    [
      'changes an entry and its hash',
      /entry/,
      (t, id) =>
        t`update private.chain_entries set body = body || ' ', hash = sha256(convert_to(body || ' ', 'UTF8')) where conversation_id = ${id} and seq = 2`,
    ],
    [
      'removes an entry',
      /entry/,
      (t, id) => t`delete from private.chain_entries where conversation_id = ${id} and seq = 3`,
    ],
    [
      'changes two entries for each other',
      /entry/,
      (
        t,
        id,
      ) => t`update private.chain_entries e set body = o.body, hash = o.hash, salt = o.salt, source_id = o.source_id || '', kind = o.kind
      from private.chain_entries o where e.conversation_id = ${id} and o.conversation_id = ${id} and (e.seq, o.seq) in ((1, 2), (2, 1))`,
    ],
  ];
  it.each(tamperings)('and %s is found out', async (_what, where, how) => {
    const id = await makeCase();
    expect((await check(await packOf(id))).problems).toEqual([]);
    await sql.begin(async (t) => {
      // Neither a trigger nor an index stands in their way.
      const tables = [
        'public.messages',
        'public.timeline_entries',
        'public.deliveries',
        'private.chain_entries',
      ];
      for (const table of tables) await t`alter table ${t(table)} disable trigger user`;
      await t`drop index if exists private.chain_entries_source_key`;
      await how(t, id);
      await t`create index chain_entries_source_key on private.chain_entries (conversation_id, kind, source_id)`;
      for (const table of tables) await t`alter table ${t(table)} enable trigger user`;
    });
    const report = await check(await packOf(id));
    expect(report.isSound).toBe(false);
    expect(report.problems[0]!.where).toMatch(where);
  });
});
