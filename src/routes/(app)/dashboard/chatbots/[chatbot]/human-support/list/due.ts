// What a row says of the time that is left until something is due.
import type { CaseRow } from '$lib/server/cases';
import { count } from '$lib/time';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Due {
  /** What is due, as a word to begin with. */
  of: 'First reply' | 'Resolving';
  /** Soon from three quarters of the time on, late from its end. */
  tone: 'calm' | 'soon' | 'late';
  /** In a row: "in 12 m", "3 h late". */
  words: string;
  /** As a screen reader tells it. */
  spoken: string;
}

/** Null where nothing is due. Minutes that are left are rounded up, those gone by down: at the end there are none of either. */
export function dueOf(
  row: Pick<CaseRow, 'due_at' | 'warn_at' | 'is_resolve_due' | 'escalation_status'>,
  now: number,
): Due | null {
  if (!row.due_at || row.escalation_status !== 'open') return null;
  const due = Date.parse(row.due_at);
  const isLate = now > due;
  const isSoon = row.warn_at !== null && now >= Date.parse(row.warn_at);
  const of = row.is_resolve_due ? 'Resolving' : 'First reply';
  const [n, letter, noun] = parts(Math.abs(due - now), isLate ? Math.floor : Math.ceil);
  if (isLate)
    return n === 0
      ? { of, tone: 'late', words: 'late', spoken: `${of} past due.` }
      : { of, tone: 'late', words: `${n} ${letter} late`, spoken: `${of} ${count(n, noun)} past due.` };
  const spoken = `${of} due in ${count(n, noun)}${isSoon ? ', soon' : ''}.`;
  return { of, tone: isSoon ? 'soon' : 'calm', words: `in ${n} ${letter}`, spoken };
}

/** A length of time in the unit that a row has room for. */
function parts(length: number, round: (value: number) => number): [number, string, string] {
  const minutes = round(length / MINUTE);
  if (minutes < 60) return [minutes, 'm', 'minute'];
  const whole = round(length / HOUR);
  return whole < 48 ? [whole, 'h', 'hour'] : [round(length / DAY), 'd', 'day'];
}
