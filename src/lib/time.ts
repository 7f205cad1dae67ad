// Times as a support team reads them. Every function is given the zone and the present, so that server and browser write the
// same words and a test needs no clock. Neither the hour nor the words are asked of Intl, whose time zones and punctuation differ
// between the server's and the browser's version.
import { offsetName, secondsAhead, type ClockChanges } from '#shared/clocks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** A zone, and when the database says that its clocks are changed: pages, mails and files all show that hour. */
export interface Zone {
  name: string;
  changes: ClockChanges;
}

function two(value: number | string | undefined): string {
  return String(value).padStart(2, '0');
}

function aheadAt(at: string | number, zone: Zone): number {
  return secondsAhead(zone.changes, new Date(at).getTime() / 1000);
}

/** The instant as a date whose UTC fields are the zone's local time. */
function local(at: string | number, zone: Zone): Date {
  return new Date(new Date(at).getTime() + aheadAt(at, zone) * 1000);
}

const time = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
const weekday = (date: Date) => WEEKDAYS[date.getUTCDay()]!;
const month = (date: Date) => MONTHS[date.getUTCMonth()]!;

function short(name: string): string {
  return name.slice(0, 3);
}

/** Compact age: now, 4m, 3h, 2d, and from a week on the date. */
export function relative(at: string, now: number, zone: Zone): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return 'now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 7 * DAY) return `${Math.floor(age / DAY)}d`;
  const date = local(at, zone);
  const day = `${date.getUTCDate()} ${short(month(date))}`;
  const year = date.getUTCFullYear();
  return year === local(now, zone).getUTCFullYear() ? day : `${day} ${year}`;
}

/** Age in words, for sentences: "just now", "2 min ago", "3 hours ago". */
export function ago(at: string, now: number): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return count(Math.floor(age / HOUR), 'hour') + ' ago';
  return count(Math.floor(age / DAY), 'day') + ' ago';
}

/** What is left until an instant, to the nearest minute, since a page's clock lags a little: "23 h 12 min", "4 min". */
export function left(until: string, now: number): string {
  const minutes = Math.max(1, Math.round((Date.parse(until) - now) / MINUTE));
  const whole = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [whole > 0 && `${whole} h`, (rest > 0 || whole === 0) && `${rest} min`].filter(Boolean).join(' ');
}

/** The exact instant with its zone, for a tooltip: Sun 22 Nov 2026, 14:05:09 GMT+1. */
export function exact(at: string, zone: Zone): string {
  const date = local(at, zone);
  const day = `${short(weekday(date))} ${date.getUTCDate()} ${short(month(date))} ${date.getUTCFullYear()}`;
  const name = zone.name === 'UTC' ? 'UTC' : offsetName(aheadAt(at, zone));
  return `${day}, ${time(date)}:${two(date.getUTCSeconds())} ${name}`;
}

/** Hours and minutes: 09:05. */
export function clock(at: string, zone: Zone): string {
  return time(local(at, zone));
}

/** The hour of something shown beside what happened at another time, with its date where that is another day: 14:05, 23 Nov 14:05. */
export function clockBeside(at: string, beside: string, zone: Zone): string {
  if (dayKey(at, zone) === dayKey(beside, zone)) return clock(at, zone);
  const date = local(at, zone);
  return `${date.getUTCDate()} ${short(month(date))} ${time(date)}`;
}

/** The calendar day in the zone, as a sortable key: 2026-11-22. */
export function dayKey(at: string | number, zone: Zone): string {
  return local(at, zone).toISOString().slice(0, 10);
}

/** The heading of a day: Today, Yesterday, or the date with its weekday. */
export function dayName(at: string, now: number, zone: Zone): string {
  const key = dayKey(at, zone);
  if (key === dayKey(now, zone)) return 'Today';
  // A day is not always 24 hours long, so yesterday is found through noon.
  const noon = Date.parse(`${dayKey(now, zone)}T12:00:00Z`);
  if (key === new Date(noon - DAY).toISOString().slice(0, 10)) return 'Yesterday';
  const date = local(at, zone);
  return `${weekday(date)} ${date.getUTCDate()} ${month(date)} ${date.getUTCFullYear()}`;
}

/** What a clock on the wall shows (`2026-11-22T14:05:09`), in words: Sunday 22 November, 14:05. */
export function momentOf(wall: string): string {
  const date = new Date(`${wall}Z`);
  return `${weekday(date)} ${date.getUTCDate()} ${month(date)}, ${time(date)}`;
}

/** The zone's local time as a spreadsheet reads it: 2026-11-22 14:05:09. */
export function localStamp(at: string, zone: Zone): string {
  return local(at, zone).toISOString().slice(0, 19).replace('T', ' ');
}

/** The instant at which the zone's clocks show a time: that of a datetime-local control, `2026-11-22T14:05`. */
export function instantOf(wall: string, zone: Zone): string {
  const shown = Date.parse(`${wall}Z`) / 1000;
  // As a day before, unless the clocks were changed meanwhile. Of an hour that comes twice the first is meant.
  const before = secondsAhead(zone.changes, shown - DAY / 1000);
  const ahead = secondsAhead(zone.changes, shown - before);
  return new Date((shown - ahead) * 1000).toISOString();
}

/** A length of time in its natural unit: 35 min, 2.4 h, 3.1 days. */
export function hours(value: number): string {
  if (value < 1) return `${Math.round(value * 60)} min`;
  if (value < 48) return `${trim(value)} h`;
  return `${trim(value / 24)} days`;
}

const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** A number with its noun, in the plural unless it is one. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${WHOLE.format(n)} ${n === 1 ? noun : plural}`;
}

/** A fraction as a percentage, at most one decimal; a dash when there is nothing to divide by. */
export function percent(fraction: number | null): string {
  return fraction === null ? '—' : `${trim(fraction * 100)} %`;
}

function trim(value: number): string {
  return (value < 10 ? ONE_DECIMAL : WHOLE).format(value);
}
