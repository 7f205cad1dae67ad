// Hears of new requests for a person, by notice or by what a catch-up finds, and announces each of them once.
import type { CaseRow } from '$lib/server/cases';
import type { Notice } from '$lib/realtime';

/** Called with how many requests are new, and those of them that the list shows. */
export type OnArrival = (count: number, rows: CaseRow[]) => void;

export class Arrivals {
  /** Cases that arrived last while the page was open, for their one pulse. */
  latest = $state.raw(new Set<string>());
  readonly #onArrival: OnArrival;
  /** Conversations that a notice named and that were not announced yet. */
  readonly #heard = new Set<string>();
  /** Requests that were announced, by the escalation's id. */
  readonly #announced = new Set<string>();

  constructor(onArrival: OnArrival) {
    this.#onArrival = onArrival;
  }

  /** The conversations that notices have named so far; what comes after a question waits for the next answer. */
  get heard(): string[] {
    return [...this.#heard];
  }

  hear({ type, conversation_id, escalation_id }: Notice): void {
    if (!conversation_id || type !== 'conversation.escalated') return;
    if (!this.#announced.has(escalation_id ?? '')) this.#heard.add(conversation_id);
  }

  /** Announces what was `heard` before the question and what the answer found to have `arrived`, which are often the same. */
  announce(arrived: CaseRow[], heard: string[], listed: CaseRow[]): void {
    const ids = new Set([...heard, ...arrived.map(({ id }) => id)]);
    for (const id of ids) this.#heard.delete(id);
    if (ids.size === 0) return;
    this.latest = ids;
    for (const { id, escalation_id } of [...arrived, ...listed])
      if (escalation_id && ids.has(id)) this.#announced.add(escalation_id);
    this.#onArrival(
      ids.size,
      listed.filter(({ id }) => ids.has(id)),
    );
  }
}
