/** When somebody can be expected, as far as anybody knows; nothing is promised that is not known. */
import type { PersonAvailability } from '#shared/contract.ts';
import { put, type Words } from './words.ts';

/** One sentence; empty where nothing is known. */
export function expectationOf(available: PersonAvailability, words: Words): string {
  const { texts } = words;
  const { is_available, back_at, back_at_local, time_zone, expected_wait_hours } = available;
  if (!is_available)
    return back_at ? put(texts.back, { time: dayOf(words, back_at, time_zone, back_at_local) }) : texts.away;
  if (expected_wait_hours === null) return '';
  return put(texts.wait, { duration: durationOf(words, expected_wait_hours) });
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };

/**
 * Weekday and clock time for an instant in the coming days, by the team's clock: `wall`, as the server has it, since browsers do
 * not agree about every zone. Where the reader's clock says otherwise, that too.
 */
export function dayOf(
  { texts, locale }: Words,
  iso: string,
  time_zone: string | null,
  wall?: string | null,
  now = new Date(),
): string {
  const format = (at: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(at));
  const isSoon = new Date(iso).getTime() - now.getTime() < 6 * 86_400_000;
  const date: Intl.DateTimeFormatOptions = isSoon ? { weekday: 'long' } : { day: 'numeric', month: 'long' };
  const here = format(iso, { ...CLOCK, ...date });
  if (!time_zone) return here;
  const byTeam = (options: Intl.DateTimeFormatOptions) =>
    wall
      ? format(`${wall}Z`, { ...options, timeZone: 'UTC' })
      : inZone(time_zone, (timeZone) => format(iso, { ...options, timeZone }));
  const there = byTeam({ ...CLOCK, ...date });
  if (there === null || there === here) return here;
  const isSameDay = format(iso, date) === byTeam(date);
  return put(texts.your_time, { time: there, local: isSameDay ? format(iso, CLOCK) : here });
}

/** Minutes in steps of five, then whole hours, then days; never less than it is. */
export function durationOf({ locale }: Words, hours: number): string {
  const unit = (value: number, name: 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
  if (hours < 1) return unit(Math.max(5, Math.ceil((hours * 60) / 5) * 5), 'minute');
  return hours < 36 ? unit(Math.ceil(hours), 'hour') : unit(Math.ceil(hours / 24), 'day');
}

/** What `write` writes; null when this browser does not know the zone. */
function inZone(time_zone: string, write: (time_zone: string) => string): string | null {
  try {
    return write(time_zone);
  } catch {
    return null;
  }
}
