// What the health page says of a program's clock: the same as Postgres, or from when on it shows another hour.
import { firstDifference, offsetName, type ClockChanges } from '#shared/clocks.ts';
import { exact, type Zone } from '$lib/time';

export interface Comparison {
  words: string;
  isSame: boolean;
}

/** Compares a program's list with the one of Postgres; null where it knows no such zone, undefined where it did not say. */
export function compare(zone: Zone, other: ClockChanges | null | undefined): Comparison {
  if (other === undefined) return { words: 'not asked', isSame: true };
  if (other === null) return { words: 'doesn’t know this zone', isSame: false };
  const found = firstDifference(zone.changes, other);
  if (!found) return { words: 'the same', isSame: true };
  const since = exact(new Date(found.at * 1000).toISOString(), { name: 'UTC', changes: [] });
  const begins = found.at === zone.changes[0]?.[0] ? 'now' : `from ${since} on`;
  return {
    words: `${offsetName(found.other)} instead of ${offsetName(found.one)}, ${begins}`,
    isSame: false,
  };
}
