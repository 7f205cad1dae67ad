// Evidence packs: what a team hands to somebody who does not want to believe it. One ZIP file with the chain of each case, the words and
// receipts that belong to it, a page to read, the seals, the program that checks all of it, and a signed list of what is in it.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Zone } from '$lib/time';
import verifier from '$lib/proof/handoff-verify.mjs?raw';
import { readCase, type ProofKey } from '$lib/server/case-proof';
import { readingPage } from '$lib/server/evidence-page';
import { ZipWriter } from '$lib/server/zip';

const compress = promisify(deflateRaw);

/** Whom the pack is about, and by whose clock its pages tell the time. */
export interface PackOrder {
  chatbot: { id: string; name: string };
  conversation_ids: string[];
  zone: Zone;
}

/** What the server says of the hash of a pack's list; all in hexadecimal. */
export interface PackSignature {
  key_id: string;
  public_key: string;
  signature: string;
}

export type SignPack = (manifest_sha256: string) => Promise<PackSignature>;

/** The pack, piece by piece: one case is held at a time. The signature comes last, over what was really written. */
export async function* pack(
  db: SupabaseClient,
  { chatbot, conversation_ids, zone }: PackOrder,
  sign: SignPack,
  stopped: AbortSignal,
): AsyncGenerator<Buffer> {
  const zip = new ZipWriter();
  const files: { name: string; bytes: number; sha256: string }[] = [];
  const cases: object[] = [];
  let keys: ProofKey[] = [];

  async function* write(name: string, text: string): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    files.push({ name, bytes: bytes.length, sha256: sha256(bytes) });
    yield zip.begin(name);
    yield zip.add(bytes, await compress(bytes));
    yield zip.end();
  }

  yield* write('README.txt', README);
  yield* write('handoff-verify.mjs', verifier);
  for (const id of conversation_ids) {
    if (stopped.aborted) return;
    const proof = await readCase(db, id);
    const folder = `cases/${proof.conversation.reference}`;
    yield* write(`${folder}/chain.jsonl`, lines(proof.entries));
    yield* write(`${folder}/contents.jsonl`, lines(proof.contents));
    yield* write(`${folder}/receipts.jsonl`, lines(proof.receipts));
    yield* write(`${folder}/seals.jsonl`, lines(proof.seals));
    yield* write(`${folder}/people.json`, JSON.stringify(proof.people, null, 2));
    yield* write(`${folder}/page.html`, readingPage(chatbot.name, proof, zone));
    const { entries, conversation } = proof;
    keys = proof.keys;
    cases.push({
      folder,
      reference: conversation.reference,
      conversation: conversation.id,
      entries: entries.length,
      hash: entries.at(-1)?.hash ?? null,
    });
  }
  yield* write('keys.json', JSON.stringify(keys, null, 2));
  const made_at = new Date().toISOString();
  const manifest = Buffer.from(
    JSON.stringify({ format: 'handoff-evidence-1', made_at, chatbot, cases, files }, null, 2),
  );
  const signature = await sign(sha256(manifest));
  yield* write('manifest.json', manifest.toString());
  yield* write('signature.json', JSON.stringify(signature, null, 2));
  yield zip.finish();
}

function lines(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const README = `Evidence pack of Handoff

cases/<reference>/page.html       what happened, to read and to print
cases/<reference>/chain.jsonl     the entries of the chain: each hash goes over the entry and the hash before it
cases/<reference>/contents.jsonl  the words that belong to each entry, with the salt of their hash; internal notes are kept back
cases/<reference>/people.json     the names of those whose ids stand in the entries
cases/<reference>/receipts.jsonl  who was told, how, and every attempt
cases/<reference>/seals.jsonl     the seals that hold hashes of this chain, and the way from the case to their root
keys.json                         the public keys (Ed25519)
manifest.json, signature.json     what is in this file, and the signature of that

To check it, offline, with Node 20.19 or later:

    node handoff-verify.mjs <this file>.zip

Do not take our word for the program or the key either. The program is in the source of Handoff
(src/lib/proof/handoff-verify.mjs), and everybody can read the public key at
<address of the project>/functions/v1/api/proof-key. Give it with --key, and seals that you kept earlier with --seals.
`;
