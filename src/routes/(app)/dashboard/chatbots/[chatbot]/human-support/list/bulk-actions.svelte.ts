// What a person does to the ticked cases. Each is one call that shows at once what will be; the server judges every case by itself,
// and what it left alone stays ticked and is named.
import { sentenceOf } from '$lib/ask';
import { isolate } from '#shared/isolate.ts';
import type { CaseRow } from '$lib/server/cases';
import type { ManyResult } from '$lib/server/escalations';
import type { CaseSelection, Ticked } from '$lib/state/case-selection.svelte';
import { MOST_AT_ONCE, type ManyActionName } from '../desk/api';
import { nameOf } from '../desk/case-name';
import { leftAlone, outcome, undone, type LeftAlone } from './bulk-words';
import type { Desk } from '../desk/desk.svelte';
import type { StaleDetail } from '../desk/refusals';

interface Act {
  action: ManyActionName;
  change: Partial<CaseRow>;
  user_id?: string | null;
}

/** The case that was open and was resolved with others, and where the page went on. */
interface Left {
  id: string;
  left: string | null;
}

export class BulkActions {
  /** What the last action left alone; empty once that has been read. */
  leftAlone = $state.raw<LeftAlone[]>([]);
  readonly #desk: Desk;
  readonly #selection: CaseSelection;

  constructor(desk: Desk, selection: CaseSelection) {
    this.#desk = desk;
    this.#selection = selection;
  }

  /** Resolves what is ticked; for ten seconds that can be taken back. */
  async resolve(): Promise<void> {
    const { triage, options } = this.#desk;
    const opened = this.#desk.selected;
    const ticked = this.#next();
    if (ticked.length === 0) return;
    const before = triage.rows;
    const isListed = (id: string) => triage.rows.some((row) => row.id === id);
    // The pane goes on with the next case that stays, as it does when one is resolved.
    const nextOf = (id: string) => {
      const at = before.findIndex((row) => row.id === id);
      const others = [...before.slice(at + 1), ...before.slice(0, at).reverse()];
      return others.find((row) => isListed(row.id))?.id ?? null;
    };
    const acting = this.#act(ticked, { action: 'resolve', change: { escalation_status: 'resolved' } });
    const shown = ticked.find(({ row }) => row.id === opened)?.row;
    const back = shown && !isListed(shown.id) ? { id: shown.id, left: nextOf(shown.id) } : null;
    if (back) options.go(back.left);
    const names = ticked.map(({ row }) => nameOf(row));
    const offer = this.#offerUndo(names, acting, back);
    const result = await acting;
    if (result?.skipped.length === 0) return;
    const isOffered = offer.withdraw();
    if (!result) return this.#reopen(back);
    if (result.skipped.some(({ id }) => id === shown?.escalation_id)) this.#reopen(back);
    const left = new Set(result.skipped.map((skip) => skip.id));
    const changed = ticked.flatMap(({ row }) => (left.has(row.escalation_id) ? [] : [nameOf(row)]));
    if (isOffered && changed.length > 0) this.#offerUndo(changed, acting, back);
    options.toasts.show(outcome('resolved', result.changed, result.skipped), { tone: 'amber' });
  }

  async claim(): Promise<void> {
    const { user_id, name } = this.#desk.options.me;
    const change = { claimed_by: user_id, claimed_by_name: name };
    await this.#tell('claimed', await this.#act(this.#next(), { action: 'claim', change }));
  }

  /** Gives what is ticked to a member, or back to the team. */
  async assign(user_id: string | null, name: string | null): Promise<void> {
    const change = { claimed_by: user_id, claimed_by_name: name };
    const done = name === null ? 'returned to the team' : `assigned to ${isolate(name)}`;
    await this.#tell(done, await this.#act(this.#next(), { action: 'assign', change, user_id }));
  }

  #next(): Ticked[] {
    return this.#selection.ticked.slice(0, MOST_AT_ONCE);
  }

  /** One call; null when it was refused as a whole, which has then been said. */
  async #act(ticked: Ticked[], { action, change, user_id }: Act): Promise<ManyResult | null> {
    if (ticked.length === 0) return null;
    const { triage, options } = this.#desk;
    this.leftAlone = [];
    const patches = ticked.map(({ row }) => triage.patch(row.id, change));
    this.#selection.drop(ticked.map(({ row }) => row.id));
    const answered = this.#desk.acting(ticked.map(({ row }) => row.id));
    try {
      const result = await options.api.actOnMany(action, {
        escalation_ids: ticked.map(({ row }) => row.escalation_id),
        expected_versions: ticked.map(({ version }) => version),
        ...(user_id !== undefined && { user_id }),
      });
      const changed = new Set(result.changed_ids);
      ticked.forEach(({ row }, index) => {
        const patch = patches[index];
        if (patch && changed.has(row.escalation_id)) triage.settle(patch);
        else if (patch) triage.drop(patch);
      });
      this.#keepSkipped(ticked, result);
      return result;
    } catch (refusal) {
      for (const patch of patches) triage.drop(patch);
      for (const { row, version } of ticked) this.#selection.tick(row, version);
      options.toasts.show(sentenceOf(refusal), { tone: 'red', seconds: 8 });
      return null;
    } finally {
      answered();
    }
  }

  /** What was left alone is named and stays ticked, as it stands now: whoever presses again has been told. */
  #keepSkipped(ticked: Ticked[], { skipped }: ManyResult): void {
    const now = this.#desk.now;
    const rows = new Map(ticked.map(({ row }) => [row.escalation_id, row]));
    this.leftAlone = skipped.flatMap((skip) => {
      const row = rows.get(skip.id);
      if (!row) return [];
      const seen = skip.code === 'STALE' ? (skip.detail as StaleDetail | null)?.version : undefined;
      this.#selection.tick(row, seen ?? row.escalation_version);
      return [leftAlone(row, skip, now)];
    });
  }

  #tell(done: string, result: ManyResult | null): void {
    if (!result) return;
    const tone = result.skipped.length > 0 ? 'amber' : 'plain';
    this.#desk.options.toasts.show(outcome(done, result.changed, result.skipped), { tone });
  }

  #reopen(back: Left | null): void {
    const { conv, go, isBusy } = this.#desk.options;
    if (back && conv() === back.left && !isBusy()) go(back.id);
  }

  /** An undo waits for its resolve to have arrived. */
  #offerUndo(
    names: string[],
    acting: Promise<ManyResult | null>,
    back: Left | null,
  ): { withdraw: () => boolean } {
    return this.#desk.undos.offer({ names, takeBack: () => void this.#takeBack(names, acting, back) });
  }

  async #takeBack(names: string[], acting: Promise<ManyResult | null>, back: Left | null): Promise<void> {
    const escalation_ids = (await acting)?.changed_ids ?? [];
    if (escalation_ids.length === 0) return;
    const { api, toasts } = this.#desk.options;
    try {
      const { changed, skipped } = await api.actOnMany('undo', { escalation_ids });
      toasts.show(undone(changed, skipped), { tone: skipped.length > 0 ? 'amber' : 'plain' });
      this.#reopen(back);
    } catch (refusal) {
      toasts.show(sentenceOf(refusal), { tone: 'red', seconds: 8 });
      this.#offerUndo(names, acting, back);
    } finally {
      this.#desk.catchUp();
    }
  }
}
