// The program that checks evidence packs. Packs are made here by the words of the specification alone, with Node's own cryptography, so
// that maker and checker share no code. `TAMPERINGS=10000` plays the long form.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipWriter } from '../server/zip.ts';
import { isSignature, readZip, verifyPack, type Report } from './handoff-verify.mjs';

const TAMPERINGS = Number(process.env['TAMPERINGS'] ?? 400);
const PROGRAM = fileURLToPath(new URL('handoff-verify.mjs', import.meta.url));
const CHATBOT = 'c0ffee00-0000-4000-8000-000000000001';

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

interface Key {
  id: string;
  public_key: string;
  private_key: KeyObject;
}

function newKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    id: sha256(raw).toString('hex').slice(0, 16),
    public_key: raw.toString('hex'),
    private_key: privateKey,
  };
}

const KEY = newKey();

type Row = Record<string, unknown>;
interface Pack {
  conversation: string;
  entries: Row[];
  contents: Row[];
  receipts: Row[];
  seals: Row[];
}

const canonical = (object: Row) =>
  JSON.stringify(Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))));

/** A case in which these words were said; two receipts, and a seal after every so many entries. */
function makeCase(said: string[], sealEvery = 3): Pack {
  const conversation = crypto.randomUUID();
  const pack: Pack = { conversation, entries: [], contents: [], receipts: [], seals: [] };
  let hash = sha256(`handoff-chain-1:${conversation}`);
  let before = '';
  const write = (facts: Row, words: string) => {
    const seq = pack.entries.length + 1;
    const salt = randomBytes(16);
    const at = `2026-11-30T10:00:${String(seq % 60).padStart(2, '0')}.000000Z`;
    const body = canonical({ ...facts, at, digest: sha256(salt, words).toString('hex') });
    hash = sha256(hash, `${seq}\n${body}`);
    pack.entries.push({ seq, body, hash: hash.toString('hex') });
    pack.contents.push({
      seq,
      salt: salt.toString('hex'),
      words,
      facts: canonical({ ...facts, at, digest: '' }),
    });
    if (seq % sealEvery === 0) before = seal(pack, before);
  };
  for (const [nth, words] of said.entries())
    write(
      {
        kind: 'message',
        id: crypto.randomUUID(),
        number: nth + 1,
        role: 'visitor',
        via: 'widget',
        author: null,
      },
      words,
    );
  for (const to of ['ana@team.example', 'ben@team.example']) {
    const id = crypto.randomUUID();
    write({ kind: 'receipt', id, means: 'email', purpose: 'alert', escalation: null }, to);
    write(
      { kind: 'timeline', id: String(nextId++), type: 'mail.delivered', actor: null, escalation: null },
      JSON.stringify({ delivery_id: id }),
    );
    pack.receipts.push({
      id,
      means: 'email',
      purpose: 'alert',
      to,
      status: 'delivered',
      attempts: [{ number: 1 }],
    });
  }
  return pack;
}
let nextId = 1;

function seal(pack: Pack, before: string): string {
  const { seq, hash } = pack.entries.at(-1)!;
  const leaf = sha256(Buffer.of(0), `${pack.conversation}:${String(seq)}:${String(hash)}`);
  const [left, right] = [randomBytes(32), randomBytes(32)];
  const root = sha256(Buffer.of(1), left, sha256(Buffer.of(1), leaf, right));
  const body = canonical({
    chatbot: CHATBOT,
    number: pack.seals.length + 1,
    at: '2026-11-30T11:00:00.000000Z',
    chains: 3,
    root: root.toString('hex'),
    before: sha256(before).toString('hex'),
  });
  const signature = sign(null, Buffer.from(`handoff-seal-1\n${body}`), KEY.private_key).toString('hex');
  const path = [`right:${right.toString('hex')}`, `left:${left.toString('hex')}`];
  pack.seals.push({ body, key_id: KEY.id, signature, seq, hash, path });
  return body;
}

/** The files of a pack, listed and signed with the key. */
function filesOf(packs: Pack[], key = KEY): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const lines = (rows: Row[]) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const cases = packs.map((pack, nth) => {
    const folder = `cases/CASE-${nth}`;
    for (const name of ['entries', 'contents', 'receipts', 'seals'] as const)
      files.set(`${folder}/${name === 'entries' ? 'chain' : name}.jsonl`, lines(pack[name]));
    const { conversation, entries } = pack;
    return {
      folder,
      reference: `CASE-${nth}`,
      conversation,
      entries: entries.length,
      hash: entries.at(-1)?.['hash'],
    };
  });
  files.set('README.txt', Buffer.from('Read me'));
  files.set('keys.json', Buffer.from(JSON.stringify([{ id: KEY.id, public_key: KEY.public_key }])));
  const listed = [...files].map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    sha256: sha256(bytes).toString('hex'),
  }));
  const chatbot = { id: CHATBOT, name: 'Shop' };
  const manifest = Buffer.from(
    JSON.stringify({
      format: 'handoff-evidence-1',
      made_at: '2026-11-30T12:00:00.000Z',
      chatbot,
      cases,
      files: listed,
    }),
  );
  const text = `handoff-pack-1\n${CHATBOT}\n${sha256(manifest).toString('hex')}`;
  const signature = sign(null, Buffer.from(text), key.private_key).toString('hex');
  files.set('manifest.json', manifest);
  files.set(
    'signature.json',
    Buffer.from(JSON.stringify({ key_id: key.id, public_key: key.public_key, signature })),
  );
  return files;
}

const TRUSTED = { trustedKeys: [KEY.public_key] };
const wordsArbitrary = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), {
  minLength: 1,
  maxLength: 8,
});

describe('signatures', () => {
  it('are checked as RFC 8032 has them', async () => {
    // Tests 1 to 3 of its section 7.1: key, message, signature.
    const vectors = [
      [
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
      [
        'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
        'af82',
        '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      ],
    ].map((vector) => vector.map((digits) => Buffer.from(digits, 'hex')) as [Buffer, Buffer, Buffer]);
    for (const [key, message, signature] of vectors) {
      expect(await isSignature(key, message, signature)).toBe(true);
      expect(await isSignature(key, Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
    }
  });

  it('are those that Node makes, and no others', async () => {
    for (let size = 0; size < 40; size++) {
      const { public_key, private_key } = newKey();
      const [key, message] = [Buffer.from(public_key, 'hex'), randomBytes(size)];
      const signature = sign(null, message, private_key);
      expect(await isSignature(key, message, signature)).toBe(true);
      signature[size % 64]! ^= 1 << (size % 8);
      expect(await isSignature(key, message, signature)).toBe(false);
    }
  });

  it('of another length, and keys that are no point, are none', async () => {
    const signature = sign(null, Buffer.from('a'), KEY.private_key);
    const key = Buffer.from(KEY.public_key, 'hex');
    expect(await isSignature(key, Buffer.from('a'), signature.subarray(1))).toBe(false);
    expect(await isSignature(key.subarray(1), Buffer.from('a'), signature)).toBe(false);
    expect(await isSignature(Buffer.alloc(32, 255), Buffer.from('a'), signature)).toBe(false);
    expect(await isSignature(null, Buffer.from('a'), null)).toBe(false);
  });
});

describe('a pack', () => {
  it('that nobody has touched is sound, whatever was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wordsArbitrary, { minLength: 1, maxLength: 3 }), async (said) => {
        const report = await verifyPack(filesOf(said.map((words) => makeCase(words))), TRUSTED);
        expect(report.problems).toEqual([]);
        expect(report.isSound).toBe(true);
        expect(report.areKeysTrusted).toBe(true);
        expect(report.cases.map(({ entries }) => entries)).toEqual(said.map((words) => words.length + 4));
      }),
      { numRuns: Math.min(TAMPERINGS / 10, 1000) },
    );
  });

  it('stays sound when words are erased, and says how many', async () => {
    const pack = makeCase(['My name is Kim', 'and I live in Bath']);
    Object.assign(pack.contents[1]!, { salt: null, words: null });
    const report = await verifyPack(filesOf([pack]), TRUSTED);
    expect(report.problems).toEqual([]);
    expect(report.cases[0]!.wordless).toBe(1);
  });

  it('says that the keys are its own when none was given', async () => {
    const report = await verifyPack(filesOf([makeCase(['Hello'])]));
    expect(report).toMatchObject({ isSound: true, areKeysTrusted: false, keys: [KEY.public_key] });
  });

  it('that was signed with another key is refused', async () => {
    const report = await verifyPack(filesOf([makeCase(['Hello'])], newKey()), TRUSTED);
    expect(report.problems[0]).toEqual({
      where: 'signature.json',
      what: 'It was signed with a key that is not yours.',
    });
  });

  it('from which one byte, one file or one name differs is found out', async () => {
    const files = filesOf([makeCase(['Where is order 41?', 'Hello?']), makeCase(['Another'])]);
    const names = [...files.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('change', 'change', 'change', 'cut', 'lengthen', 'remove', 'rename', 'add'),
        async (name, at, by, how) => {
          const touched = new Map(files);
          const bytes = Buffer.from(files.get(name)!);
          if (how === 'change') bytes[at % bytes.length]! ^= by;
          touched.set(
            name,
            how === 'cut'
              ? bytes.subarray(1)
              : how === 'lengthen'
                ? Buffer.concat([bytes, Buffer.of(by)])
                : bytes,
          );
          if (how === 'remove' || how === 'rename') touched.delete(name);
          if (how === 'rename' || how === 'add') touched.set(`${name}${by}`, bytes);
          const report = await verifyPack(touched, TRUSTED);
          // White space at the end of the signature's file changes nothing that it says.
          const isNothing = name === 'signature.json' && how === 'lengthen' && [9, 10, 13, 32].includes(by);
          expect(report.isSound).toBe(isNothing);
        },
      ),
      { numRuns: TAMPERINGS / 2 },
    );
  });

  // Whoever holds the key may list and sign anything anew; what the chain holds does not follow.
  it('that was listed and signed anew after a change names the first entry that does not fit', async () => {
    const change = fc.constantFrom(
      'body',
      'hash',
      'remove',
      'reorder',
      'insert',
      'words',
      'salt',
      'facts',
      'no content',
      'no words',
      'status',
      'to',
      'no receipt',
      'new receipt',
      'seal body',
      'seal signature',
      'seal hash',
      'seal path',
      'last entry',
    );
    await fc.assert(
      fc.asyncProperty(wordsArbitrary, change, fc.nat(), async (said, how, at) => {
        const pack = makeCase(said);
        const { entries, contents, receipts, seals } = pack;
        const nth = at % entries.length;
        const [entry, content] = [entries[nth]!, contents[nth]!];
        const receipt = receipts[at % receipts.length]!;
        const sealed = seals[at % seals.length]!;
        let named = `cases/CASE-0, entry ${nth + 1}`;
        if (how === 'body') entry['body'] = String(entry['body']).replace('10:00', '09:00');
        else if (how === 'hash') entry['hash'] = randomBytes(32).toString('hex');
        else if (how === 'remove') {
          entries.splice(nth, 1);
          // What is missing at the end is missed by the seals, by the contents, and by whoever kept a seal.
          if (nth === entries.length) named = 'cases/CASE-0/contents.jsonl';
        } else if (how === 'reorder') {
          if (nth + 1 === entries.length) return;
          entries.splice(nth, 2, entries[nth + 1]!, entry);
        } else if (how === 'insert') entries.splice(nth, 0, { ...entry });
        else if (how === 'words') content['words'] = `${String(content['words'])} not`;
        else if (how === 'salt') content['salt'] = randomBytes(16).toString('hex');
        else if (how === 'facts') content['facts'] = String(content['facts']).replace('10:00', '09:00');
        else if (how === 'no content') contents.splice(nth, 1);
        else if (how === 'no words') content['words'] = null;
        else if (how === 'last entry') {
          entries.pop();
          contents.pop();
          named = 'cases/CASE-0';
        } else named = how.startsWith('seal') ? 'cases/CASE-0, seal' : 'cases/CASE-0/receipts.jsonl';
        if (how === 'insert') named = `cases/CASE-0, entry ${nth + 2}`;
        if (how === 'status') receipt['status'] = 'bounced';
        if (how === 'to') receipt['to'] = 'eve@team.example';
        if (how === 'no receipt') receipts.splice(receipts.indexOf(receipt), 1);
        if (how === 'new receipt') receipts.push({ ...receipt, id: crypto.randomUUID() });
        if (how === 'seal body') sealed['body'] = String(sealed['body']).replace('"chains":3', '"chains":4');
        if (how === 'seal signature') sealed['signature'] = randomBytes(64).toString('hex');
        if (how === 'seal hash') sealed['hash'] = randomBytes(32).toString('hex');
        if (how === 'seal path') (sealed['path'] as string[]).reverse();
        const report: Report = await verifyPack(filesOf([pack]), TRUSTED);
        expect(report.isSound, how).toBe(false);
        expect(report.problems[0]!.where, how).toContain(named);
      }),
      { numRuns: TAMPERINGS / 2 },
    );
  });

  it('whose chain was written anew from the start does not fit a seal that somebody kept', async () => {
    const [honest, rewritten] = [makeCase(['I did ask on Monday.']), makeCase(['I never asked.'])];
    const keptSeals = honest.seals as never[];
    const report = await verifyPack(filesOf([{ ...rewritten }]), { ...TRUSTED, keptSeals });
    expect(report.problems[0]!.what).toBe('It is not the seal that you kept.');
    expect((await verifyPack(filesOf([honest]), { ...TRUSTED, keptSeals })).isSound).toBe(true);
  });

  it('without anything in it, or with something else, is said to be none', async () => {
    expect((await verifyPack(new Map())).problems).toEqual([
      { where: 'manifest.json', what: 'This file is missing.' },
      { where: 'signature.json', what: 'This file is missing.' },
    ]);
    const other = new Map([
      ['manifest.json', Buffer.from('{"format":"x"}')],
      ['signature.json', Buffer.from('{}')],
    ]);
    expect((await verifyPack(other)).problems[0]!.what).toBe('This is not the list of an evidence pack.');
  });
});

describe('the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-verify-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function save(name: string, files: Map<string, Buffer>): string {
    const zip = new ZipWriter();
    const parts = [...files].flatMap(([file, bytes]) => [
      zip.begin(file),
      zip.add(bytes, deflateRawSync(bytes)),
      zip.end(),
    ]);
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat([...parts, zip.finish()]));
    return path;
  }
  const run = (...words: string[]) => spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' });

  it('reads a ZIP file, and says in words and by its exit code that everything fits', async () => {
    const files = filesOf([makeCase(['Where is my order?'])]);
    const path = save('sound.zip', files);
    const { stdout, status } = run(path, '--key', KEY.public_key);
    expect(stdout).toContain('CASE-0: 5 entries, 1 seal, from 2026-11-30T10:00:01');
    expect(stdout).toContain('Everything fits.');
    expect(status).toBe(0);
    expect([
      ...(await readZip(new Uint8Array(await (await import('node:fs/promises')).readFile(path)))).keys(),
    ]).toEqual([...files.keys()]);
  });

  it('names the first entry that does not fit and ends with 1', () => {
    const pack = makeCase(['Where is my order?', 'Hello?']);
    pack.contents[1]!['words'] = 'Never mind.';
    const { stdout, status } = run(save('changed.zip', filesOf([pack])), '--key', KEY.public_key);
    expect(stdout).toContain(
      'cases/CASE-0, entry 2: The words of the message are not those of which the hash was taken.',
    );
    expect(status).toBe(1);
  });

  it('holds a pack against seals that were kept', () => {
    const honest = makeCase(['I did ask.']);
    const seals = join(folder, 'seals.json');
    writeFileSync(seals, JSON.stringify({ seals: honest.seals }));
    expect(run(save('honest.zip', filesOf([honest])), '--seals', seals).status).toBe(0);
    expect(run(save('anew.zip', filesOf([makeCase(['I never did.'])])), '--seals', seals).status).toBe(1);
  });

  it('says what it cannot read and ends with 2', () => {
    const path = join(folder, 'none.zip');
    writeFileSync(path, 'not a ZIP file');
    expect(run(path)).toMatchObject({ status: 2, stderr: 'This is not a ZIP file.\n' });
    expect(run()).toMatchObject({ status: 2 });
    expect(run(join(folder, 'missing.zip')).status).toBe(2);
  });

  it('runs as one file from anywhere, also through a link', () => {
    const link = join(folder, 'verify');
    execFileSync('ln', ['-s', PROGRAM, link]);
    const path = save('linked.zip', filesOf([makeCase(['Hello'])]));
    expect(spawnSync(process.execPath, [link, path], { encoding: 'utf8' }).stdout).toContain(
      'Everything fits.',
    );
  });
});
