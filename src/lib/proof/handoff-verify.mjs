#!/usr/bin/env node
/**
 * Checks an evidence pack of Handoff, offline: that it is as it was signed, that nothing in the chain of any case was changed, removed,
 * inserted or reordered, that every word fits the hash that was taken of it, and that the seals hold the chain's hashes. One file, no
 * dependencies: it runs in Node 20.19 and later, in Deno 2 and in browsers.
 *
 *     node handoff-verify.mjs pack.zip [--key HEX] [--seals seals.json]
 *
 * `--key` is the public key that you got from elsewhere than the pack; without it the pack is checked against the key it brings itself.
 * `--seals` are seals that you kept earlier, as they were handed to you. Ends with 0 if everything fits, 1 if not, 2 if it cannot be read.
 *
 * Uses SHA-256, SHA-512 (FIPS 180-4), Ed25519 (RFC 8032), trees as in RFC 6962, ZIP (APPNOTE 6.3).
 */

/** @typedef {{ where: string, what: string }} Problem */
/** @typedef {{ reference: string, conversation: string, entries: number, wordless: number, seals: number, from: string | null, to: string | null }} CheckedCase */
/** @typedef {{ isSound: boolean, problems: Problem[], cases: CheckedCase[], keys: string[], areKeysTrusted: boolean, madeAt: string | null }} Report */
/** @typedef {{ body: string, key_id: string | null, signature: string | null, seq?: number, hash?: string, path?: string[] }} Seal */

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });
const subtle = globalThis.crypto.subtle;

// ---- bytes -------------------------------------------------------------------------------------------------------------------------

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {unknown} digits @returns {Uint8Array | null} */
function unhex(digits) {
  if (typeof digits !== 'string' || !/^([\da-f]{2})*$/.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** @param {string} name @param {Uint8Array} bytes */
const digest = async (name, bytes) =>
  new Uint8Array(await subtle.digest(name, /** @type {BufferSource} */ (bytes)));
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => digest('SHA-256', bytes);

// ---- Ed25519 -----------------------------------------------------------------------------------------------------------------------

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** @param {bigint} a */
const mod = (a, m = P) => ((a % m) + m) % m;

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** @typedef {[x: bigint, y: bigint, z: bigint, t: bigint]} Point */

/** @param {Point} a @param {Point} b @returns {Point} */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = ((y1 - x1) * (y2 - x2)) % P;
  const b = ((y1 + x1) * (y2 + x2)) % P;
  const c = (((2n * t1 * t2) % P) * D) % P;
  const d = (2n * z1 * z2) % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

/** @param {bigint} scalar @param {Point} point */
function times(scalar, point) {
  /** @type {Point} */
  let sum = [0n, 1n, 1n, 0n];
  for (; scalar > 0n; scalar >>= 1n) {
    if (scalar & 1n) sum = add(sum, point);
    point = add(point, point);
  }
  return sum;
}

/** @param {Uint8Array} bytes */
const littleEndian = (bytes) => BigInt(`0x${hex(bytes.toReversed?.() ?? [...bytes].reverse()) || 0}`);

/** @param {Uint8Array} bytes @returns {Point | null} */
function pointOf(bytes) {
  const all = littleEndian(bytes);
  const y = all & (2n ** 255n - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x) !== square) return null;
  const sign = all >> 255n;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const BASE = /** @type {Point} */ (
  pointOf(
    /** @type {Uint8Array} */ (unhex('5866666666666666666666666666666666666666666666666666666666666666')),
  )
);

/**
 * Whether this is the key's signature of the message (RFC 8032, 5.1.7, without the cofactor).
 * @param {Uint8Array | null} key @param {Uint8Array} message @param {Uint8Array | null} signature
 */
export async function isSignature(key, message, signature) {
  if (key?.length !== 32 || signature?.length !== 64) return false;
  const [r, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const [a, first] = [pointOf(key), pointOf(r)];
  if (!a || !first || s >= ORDER) return false;
  const k = mod(littleEndian(await digest('SHA-512', join(r, key, message))), ORDER);
  const left = times(s, BASE);
  const right = add(first, times(k, a));
  return (
    mod(left[0] * right[2] - right[0] * left[2]) === 0n && mod(left[1] * right[2] - right[1] * left[2]) === 0n
  );
}

// ---- ZIP ---------------------------------------------------------------------------------------------------------------------------

const FILE_MAX_BYTES = 512 * 1024 * 1024;

/**
 * The files of an archive, by name. Throws when it is none, or holds a name twice.
 * @param {Uint8Array} bytes @returns {Promise<Map<string, Uint8Array>>}
 */
export async function readZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error('This is not a ZIP file.');
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count--) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error('The directory of the ZIP file is broken.');
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const start = view.getUint32(at + 42, true);
    const name = text.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const data = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    if (files.has(name)) throw new Error(`${name} is in the ZIP file twice.`);
    if (size > FILE_MAX_BYTES) throw new Error(`${name} is too large to be read.`);
    files.set(name, await unpack(bytes.subarray(data, data + packed), method, size, name));
    at += 46 + nameLength + rest;
  }
  return files;
}

/** @param {Uint8Array} packed @param {number} method @param {number} size @param {string} name */
async function unpack(packed, method, size, name) {
  if (method === 0) return packed;
  if (method !== 8) throw new Error(`${name} is packed in a way that is not known here.`);
  const source = new Blob([/** @type {BlobPart} */ (packed)]);
  const stream = source.stream().pipeThrough(new DecompressionStream('deflate-raw'));
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size) throw new Error(`${name} is larger than the ZIP file says.`);
    parts.push(value);
  }
  return join(...parts);
}

// ---- packs -------------------------------------------------------------------------------------------------------------------------

const FORMAT = 'handoff-evidence-1';
const MANIFEST = 'manifest.json';
const SIGNATURE = 'signature.json';

/** @param {string} kind @param {string} signed */
const asSigned = (kind, signed) => utf8.encode(`handoff-${kind}-1\n${signed}`);

/**
 * Checks a pack. Every problem is named with where it is, the first one first.
 * @param {Map<string, Uint8Array>} files
 * @param {{ trustedKeys?: string[], keptSeals?: Seal[] }} [options] Public keys (hexadecimal) and seals that came from elsewhere.
 * @returns {Promise<Report>}
 */
export async function verifyPack(files, { trustedKeys = [], keptSeals = [] } = {}) {
  /** @type {Report} */
  const report = {
    isSound: false,
    problems: [],
    cases: [],
    keys: [],
    areKeysTrusted: trustedKeys.length > 0,
    madeAt: null,
  };
  /** @param {string} where @param {string} what */
  const tell = (where, what) => void report.problems.push({ where, what });
  /** @param {string} name */
  const read = (name) => {
    const bytes = files.get(name);
    if (!bytes) return (tell(name, 'This file is missing.'), null);
    try {
      return JSON.parse(text.decode(bytes));
    } catch {
      return (tell(name, 'This file cannot be read.'), null);
    }
  };

  const manifest = read(MANIFEST);
  const signature = read(SIGNATURE);
  if (!manifest || !signature) return report;
  if (manifest.format !== FORMAT || !Array.isArray(manifest.files) || !Array.isArray(manifest.cases)) {
    tell(MANIFEST, 'This is not the list of an evidence pack.');
    return report;
  }
  report.madeAt = manifest.made_at;

  const brought = [...(read('keys.json') ?? []), signature].filter(Boolean);
  /** @type {Map<string, Uint8Array>} */
  const keys = new Map();
  for (const digits of trustedKeys.length > 0
    ? trustedKeys
    : brought.map((/** @type {any} */ key) => key.public_key)) {
    const key = unhex(digits);
    if (key?.length !== 32) tell('keys.json', 'This is not a public key.');
    else keys.set(hex(await sha256(key)).slice(0, 16), key);
  }
  report.keys = [...keys.values()].map(hex);
  /** @param {string} where @param {string} kind @param {string} signed @param {any} by */
  const check = async (where, kind, signed, by) => {
    const key = keys.get(by.key_id);
    if (!key)
      tell(
        where,
        `It was signed with a key that is not ${trustedKeys.length > 0 ? 'yours' : 'in the pack'}.`,
      );
    else if (!(await isSignature(key, asSigned(kind, signed), unhex(by.signature))))
      tell(where, 'The signature does not fit.');
  };
  const manifestHash = hex(await sha256(/** @type {Uint8Array} */ (files.get(MANIFEST))));
  await check(SIGNATURE, 'pack', `${manifest.chatbot?.id}\n${manifestHash}`, signature);

  const listed = new Set([MANIFEST, SIGNATURE]);
  for (const { name, bytes, sha256: hash } of manifest.files) {
    const file = files.get(name);
    listed.add(name);
    if (!file) tell(name, 'This file is missing.');
    else if (file.length !== bytes || hex(await sha256(file)) !== hash) tell(name, 'This file was changed.');
  }
  for (const name of files.keys())
    if (!listed.has(name)) tell(name, 'This file does not belong to the pack.');
  for (const one of manifest.cases)
    report.cases.push(await verifyCase(files, one, manifest.chatbot?.id, { tell, check, keptSeals }));
  report.isSound = report.problems.length === 0;
  return report;
}

/**
 * @param {Map<string, Uint8Array>} files
 * @param {{ folder: string, reference: string, conversation: string, entries: number, hash: string }} listed
 * @param {string} chatbot
 * @param {{ tell: (where: string, what: string) => void, check: (where: string, kind: string, signed: string, by: any) => Promise<void>, keptSeals: Seal[] }} tools
 * @returns {Promise<CheckedCase>}
 */
async function verifyCase(files, listed, chatbot, { tell, check, keptSeals }) {
  const { folder, conversation } = listed;
  /** @param {string} name @returns {any[]} */
  const lines = (name) => {
    const bytes = files.get(`${folder}/${name}`);
    if (!bytes) return (tell(`${folder}/${name}`, 'This file is missing.'), []);
    try {
      return text
        .decode(bytes)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter(Boolean);
    } catch {
      return (tell(`${folder}/${name}`, 'This file cannot be read.'), []);
    }
  };
  const entries = lines('chain.jsonl');
  const contents = new Map(lines('contents.jsonl').map((line) => [line.seq, line]));
  const receipts = new Map(lines('receipts.jsonl').map((line) => [line.id, line]));
  /** @type {Seal[]} */
  const seals = lines('seals.jsonl');

  /** @type {CheckedCase} */
  const checked = {
    reference: listed.reference,
    conversation,
    entries: entries.length,
    wordless: 0,
    seals: seals.length,
    from: null,
    to: null,
  };
  let hash = await sha256(utf8.encode(`handoff-chain-1:${conversation}`));
  /** @type {string[]} */
  const hashes = [];
  /** @type {Map<string, { to: string | null, isNamed: boolean }>} */
  const told = new Map();
  /** @type {Map<string, string>} */
  const lastWord = new Map();
  for (const [index, entry] of entries.entries()) {
    const where = `${folder}, entry ${index + 1}`;
    if (entry.seq !== index + 1) {
      tell(where, `Entry ${entry.seq} stands in its place.`);
      break;
    }
    hash = await sha256(join(hash, utf8.encode(`${entry.seq}\n${entry.body}`)));
    hashes.push(hex(hash));
    if (hex(hash) !== entry.hash) {
      tell(where, 'Its hash does not fit it and the entries before it.');
      break;
    }
    /** @type {any} */
    let body;
    try {
      body = JSON.parse(entry.body);
    } catch {
      tell(where, 'It cannot be read.');
      break;
    }
    checked.from ??= body.at;
    checked.to = body.at;
    const content = contents.get(entry.seq);
    contents.delete(entry.seq);
    const isWordless = content && content.salt === null;
    if (isWordless) checked.wordless++;
    else if (!content || content.words === null) tell(where, `The ${body.kind} it is about is gone.`);
    else if (
      hex(await sha256(join(unhex(content.salt) ?? new Uint8Array(), utf8.encode(content.words)))) !==
      body.digest
    )
      tell(where, `The words of the ${body.kind} are not those of which the hash was taken.`);
    if (
      content &&
      content.facts !== null &&
      content.facts !== entry.body.replace(`"digest":"${body.digest}"`, '"digest":""')
    )
      tell(where, `The ${body.kind} is no longer what was written down.`);
    if (body.kind === 'receipt') told.set(body.id, { to: content?.words ?? null, isNamed: !isWordless });
    if (body.kind === 'timeline' && /^(mail|channel|push)\./.test(body.type) && !isWordless)
      try {
        lastWord.set(JSON.parse(content?.words ?? '{}').delivery_id, body.type.split('.')[1]);
      } catch {
        tell(where, 'Its words cannot be read.');
      }
  }
  if (contents.size > 0 && hashes.length === entries.length)
    tell(`${folder}/contents.jsonl`, `There is no entry ${[...contents.keys()][0]}.`);
  if (
    hashes.length === entries.length &&
    (entries.length !== listed.entries || hashes.at(-1) !== listed.hash)
  )
    tell(`${folder}/chain.jsonl`, 'The chain does not end where the list of the pack says.');

  for (const [id, { to, isNamed }] of told) {
    const receipt = receipts.get(id);
    if (!receipt) tell(`${folder}/receipts.jsonl`, `The receipt ${id} is gone.`);
    else if (isNamed && receipt.to !== to)
      tell(`${folder}/receipts.jsonl`, `The receipt ${id} names somebody else.`);
  }
  for (const [id, { status, purpose, attempts }] of receipts) {
    const word = lastWord.get(id);
    const isUnwritten = purpose === 'reply' || (status === 'queued' && attempts?.length === 0);
    if (!told.has(id) && !isUnwritten && hashes.length === entries.length)
      tell(`${folder}/receipts.jsonl`, `The receipt ${id} is not in the chain.`);
    // What is sent again by hand is queued once more.
    else if (word && word !== status && status !== 'queued')
      tell(`${folder}/receipts.jsonl`, `The receipt ${id} says “${status}”, the chain “${word}”.`);
    else if (!word && /^(delivered|bounced|complained)$/.test(status) && checked.wordless === 0)
      tell(`${folder}/receipts.jsonl`, `The receipt ${id} says “${status}”, the chain says nothing of it.`);
  }

  /** @type {{ number: number, hash: string } | null} */
  let before = null;
  for (const seal of seals) {
    /** @type {any} */
    let body;
    try {
      body = JSON.parse(seal.body);
    } catch {
      tell(`${folder}/seals.jsonl`, 'A seal cannot be read.');
      continue;
    }
    const where = `${folder}, seal ${body.number}`;
    if (body.chatbot !== chatbot) tell(where, 'It is the seal of another chatbot.');
    if (before && body.number <= before.number) tell(where, 'It stands in the wrong place.');
    if (before && body.number === before.number + 1 && body.before !== before.hash)
      tell(where, 'It does not follow the seal before it.');
    before = { number: body.number, hash: hex(await sha256(utf8.encode(seal.body))) };
    if (hashes.length === entries.length && hashes[Number(seal.seq) - 1] !== seal.hash)
      tell(where, `It holds another hash of entry ${seal.seq}.`);
    if ((await rootOf(conversation, seal)) !== body.root) tell(where, 'The case is not under it.');
    if (seal.signature !== null) await check(where, 'seal', seal.body, seal);
    const kept = keptSeals.find(({ body: other }) => {
      try {
        const { chatbot: whose, number } = JSON.parse(other);
        return whose === body.chatbot && number === body.number;
      } catch {
        return false;
      }
    });
    if (kept && kept.body !== seal.body) tell(where, 'It is not the seal that you kept.');
  }
  return checked;
}

/** The root to which the path of a case leads. @param {string} conversation @param {Seal} seal */
async function rootOf(conversation, { seq, hash, path = [] }) {
  let node = await sha256(join(Uint8Array.of(0), utf8.encode(`${conversation}:${seq}:${hash}`)));
  for (const step of path) {
    const [side, digits] = String(step).split(':');
    const neighbour = unhex(digits) ?? new Uint8Array();
    node = await sha256(
      side === 'left' ? join(Uint8Array.of(1), neighbour, node) : join(Uint8Array.of(1), node, neighbour),
    );
  }
  return hex(node);
}

// ---- the command -------------------------------------------------------------------------------------------------------------------

/** What a report says, in lines for people. @param {Report} report */
export function inWords({ isSound, problems, cases, keys, areKeysTrusted, madeAt }) {
  const plural = (/** @type {number} */ count, /** @type {string} */ one, /** @type {string} */ many) =>
    `${count} ${count === 1 ? one : many}`;
  return [
    ...cases.map(
      ({ reference, entries, wordless, seals, from, to }) =>
        `${reference}: ${plural(entries, 'entry', 'entries')}${wordless ? `, ${wordless} of them without words (erased or kept back)` : ''}, ${plural(seals, 'seal', 'seals')}${from ? `, from ${from} to ${to}` : ''}`,
    ),
    ...(problems.length > 0
      ? ['', 'First of what does not fit:', `  ${problems[0]?.where}: ${problems[0]?.what}`]
      : []),
    ...(problems.length > 1 ? [`  and ${plural(problems.length - 1, 'more thing', 'more things')}`] : []),
    '',
    isSound ? `Everything fits. Made ${madeAt}.` : 'This pack is NOT as it was.',
    areKeysTrusted
      ? 'Checked against the key that you gave.'
      : `Checked against the key in the pack. Compare it with the one that the sender publishes:\n  ${keys.join('\n  ')}`,
  ];
}

/** @param {string[]} words */
async function run(words) {
  const fs = process.getBuiltinModule('node:fs');
  /** @type {string[]} */
  const trustedKeys = [];
  /** @type {Seal[]} */
  let keptSeals = [];
  let file = '';
  try {
    for (let index = 0; index < words.length; index++) {
      const word = /** @type {string} */ (words[index]);
      if (word === '--key') trustedKeys.push(String(words[++index]).toLowerCase());
      else if (word === '--seals') {
        const kept = JSON.parse(fs.readFileSync(String(words[++index]), 'utf8'));
        keptSeals = Array.isArray(kept) ? kept : kept.seals;
      } else file = word;
    }
    if (!file)
      throw new Error('Say which file: node handoff-verify.mjs pack.zip [--key HEX] [--seals seals.json]');
    const report = await verifyPack(await readZip(fs.readFileSync(file)), { trustedKeys, keptSeals });
    console.info(inWords(report).join('\n'));
    process.exitCode = report.isSound ? 0 : 1;
  } catch (error) {
    console.error(/** @type {Error} */ (error).message);
    process.exitCode = 2;
  }
}

if (typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function' && process.argv?.[1]) {
  const { realpathSync } = process.getBuiltinModule('node:fs');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  let started = '';
  try {
    started = pathToFileURL(realpathSync(process.argv[1])).href;
  } catch {
    // Started in a way that leaves no file, as `node -e`.
  }
  if (started === import.meta.url) await run(process.argv.slice(2));
}
