import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

type Meta = Record<string, unknown> & { phx_ref: string };
type Metas = Record<string, { metas: Meta[] }>;
export interface PresenceDiff {
  joins: Metas;
  leaves: Metas;
}

const newRef = () => randomBytes(9).toString('base64url');
// fromEntries, because a key chosen by a client may be "__proto__".
const single = (key: string, meta: Meta): Metas => Object.fromEntries([[key, { metas: [meta] }]]);

/** Who is present on one topic. Owners are channels; one key may have an entry per owner. */
export class Presence<Owner> {
  readonly #entries = new Map<Owner, { key: string; payload: object; meta: Meta }>();

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** What changed, or null when the owner already tracks exactly this. */
  track(owner: Owner, key: string, payload: object): PresenceDiff | null {
    const before = this.#entries.get(owner);
    if (before && isDeepStrictEqual(before.payload, payload)) return null;
    const previous = before ? { phx_ref_prev: before.meta.phx_ref } : {};
    const meta: Meta = { ...payload, ...previous, phx_ref: newRef() };
    this.#entries.set(owner, { key, payload, meta });
    return { joins: single(key, meta), leaves: before ? single(key, before.meta) : {} };
  }

  /** What changed, or null when the owner tracked nothing. */
  untrack(owner: Owner): PresenceDiff | null {
    const before = this.#entries.get(owner);
    if (!before) return null;
    this.#entries.delete(owner);
    return { joins: {}, leaves: single(before.key, before.meta) };
  }

  state(): Metas {
    const byKey = new Map<string, { metas: Meta[] }>();
    for (const { key, meta } of this.#entries.values()) {
      const entry = byKey.get(key);
      if (entry) entry.metas.push(meta);
      else byKey.set(key, { metas: [meta] });
    }
    return Object.fromEntries(byKey);
  }
}
