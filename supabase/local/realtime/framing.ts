/**
 * The two wire versions. Version 1 frames are objects, version 2 frames are arrays or, for broadcasts with
 * an event name, binary with one-byte field lengths. A message for many subscribers is encoded once per
 * version and the same bytes go to every socket.
 */
export type Version = 1 | 2;

export interface Push {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
  /** Set for kind 3 frames, whose payload stays as the bytes that came. */
  user?: { event: string; isJson: boolean; bytes: Buffer };
}

export interface Frame {
  isBinary: boolean;
  bytes: Buffer;
}

/** A message for every channel of an audience. */
export interface Fanout {
  kind: 'broadcast' | 'presence_diff';
  /** The row's id when the message came from the database. */
  id?: string;
  /** The frame for a wire version; null when that version cannot carry the message. */
  frame(version: Version): Frame | null;
}

const KIND_PUSH = 3;
const KIND_BROADCAST = 4;
const MAX_FIELD_BYTES = 255;

const isRef = (value: unknown): value is string | null => value === null || typeof value === 'string';

/** The push in a frame, or null for anything malformed: the socket stays up. */
export function decodeFrame(version: Version, data: Buffer, isBinary: boolean): Push | null {
  if (isBinary) return version === 2 ? decodeKind3(data) : null;
  let value: unknown;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch {
    return null;
  }
  if (!value || typeof value !== 'object') return null;
  let fields: unknown[];
  if (version === 2) {
    if (!Array.isArray(value) || value.length !== 5) return null;
    fields = value;
  } else {
    const { join_ref, ref, topic, event, payload } = value as Record<string, unknown>;
    fields = [join_ref ?? null, ref ?? null, topic, event, payload];
  }
  const [joinRef, ref, topic, event, payload] = fields;
  if (!isRef(joinRef) || !isRef(ref) || typeof topic !== 'string' || typeof event !== 'string') return null;
  return { joinRef, ref, topic, event, payload };
}

function decodeKind3(data: Buffer): Push | null {
  if (data.length < 7 || data[0] !== KIND_PUSH) return null;
  const isJson = data[6] === 1;
  if (!isJson && data[6] !== 0) return null;
  let offset = 7;
  const fields: string[] = [];
  for (const length of data.subarray(1, 6)) {
    if (offset + length > data.length) return null;
    fields.push(data.toString('utf8', offset, offset + length));
    offset += length;
  }
  const [joinRef, ref, topic, event] = fields as [string, string, string, string, string];
  const bytes = data.subarray(offset);
  if (isJson) {
    try {
      JSON.parse(bytes.toString('utf8'));
    } catch {
      return null;
    }
  }
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    topic,
    event: 'broadcast',
    payload: null,
    user: { event, isJson, bytes },
  };
}

/** One text frame; version 1 never names the join. */
export function encodeText(
  version: Version,
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
): Frame {
  const value = version === 2 ? [joinRef, ref, topic, event, payload] : { topic, event, payload, ref };
  return { isBinary: false, bytes: Buffer.from(JSON.stringify(value)) };
}

/** A kind 4 frame, or null when a field is longer than its length byte can say. */
export function encodeKind4(
  topic: string,
  event: string,
  meta: object | null,
  isJson: boolean,
  payload: Buffer,
): Frame | null {
  const fields = [topic, event, meta ? JSON.stringify(meta) : ''].map((field) => Buffer.from(field));
  if (fields.some((field) => field.length > MAX_FIELD_BYTES)) return null;
  const head = Buffer.from([KIND_BROADCAST, ...fields.map((field) => field.length), isJson ? 1 : 0]);
  return { isBinary: true, bytes: Buffer.concat([head, ...fields, payload]) };
}

function perVersion(encode: (version: Version) => Frame | null): (version: Version) => Frame | null {
  const frames = new Map<Version, Frame | null>();
  return (version) => {
    let frame = frames.get(version);
    if (frame === undefined) frames.set(version, (frame = encode(version)));
    return frame;
  };
}

/** A message whose payload is passed on as it stands, always as text. */
export function textFanout(topic: string, event: 'broadcast' | 'presence_diff', payload: object): Fanout {
  return {
    kind: event,
    frame: perVersion((version) => encodeText(version, null, null, topic, event, payload)),
  };
}

/** A named broadcast: kind 4 for version 2, an object for version 1, which cannot carry raw bytes. */
export function userFanout(
  topic: string,
  event: string,
  isJson: boolean,
  payload: Buffer,
  id?: string,
): Fanout {
  const meta = id ? { id } : null;
  return {
    kind: 'broadcast',
    ...(id ? { id } : {}),
    frame: perVersion((version) => {
      if (version === 2) return encodeKind4(topic, event, meta, isJson, payload);
      if (!isJson) return null;
      const value: unknown = JSON.parse(payload.toString('utf8'));
      const body = { type: 'broadcast', event, payload: value, ...(meta ? { meta } : {}) };
      return encodeText(1, null, null, topic, 'broadcast', body);
    }),
  };
}
