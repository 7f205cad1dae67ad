// What became of many cases, in sentences: how many were done, how many were left alone, and why each of these was.
import type { ManyResult } from '$lib/server/escalations';
import type { OpenRow } from '$lib/state/case-selection.svelte';
import { nameOf } from '../desk/case-name';
import { whatChanged, type StaleDetail } from '../desk/refusals';

type Skipped = ManyResult['skipped'][number];

/** A case that was left alone: which, and why. */
export interface LeftAlone {
  id: string;
  name: string;
  sentence: string;
}

const GONE: Record<string, string> = {
  CONFL: 'It’s already resolved.',
  NTFND: 'It no longer exists, or you don’t have access to it.',
};

/** Why a case was left alone: "Noor claimed this case 2 min ago." */
export function leftAlone(row: OpenRow, { code, reason, detail }: Skipped, now: number): LeftAlone {
  const sentence = code === 'STALE' ? whatChanged(detail as StaleDetail | null, now) : (GONE[code] ?? reason);
  return { id: row.id, name: nameOf(row), sentence };
}

/** "12 resolved, 2 had changed in the meantime and were skipped." */
export function outcome(done: string, changed: number, skipped: Skipped[]): string {
  if (skipped.length === 0) return `${changed} ${done}.`;
  const n = skipped.length;
  const haveChanged = skipped.every(({ code }) => code !== 'CLAIM') ? ' had changed in the meantime and' : '';
  const rest = `${n}${haveChanged} ${n === 1 ? 'was' : 'were'} skipped.`;
  return changed === 0 ? `None ${done}: ${rest}` : `${changed} ${done}, ${rest}`;
}

/** What an undo says: nothing was lost, or what came too late. */
export function undone(changed: number, skipped: Skipped[]): string {
  const back = changed === 1 ? '1 case is open again' : `${changed} cases are open again`;
  if (skipped.length === 0) return `${back}.`;
  const rest = skipped.every(({ code }) => code === 'TOOLT')
    ? `for ${skipped.length} it was too late`
    : `${skipped.length} couldn’t be undone`;
  return changed === 0 ? `Nothing was undone: ${rest}.` : `${back}; ${rest}.`;
}
