// Times as a support team reads them. Every function is given the zone and the present, so that server and browser write the
// same words and a test needs no clock.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The named parts of an instant in a zone. They are put together here and not by Intl, whose punctuation differs between the
 * server's and the browser's version. Making a formatter costs as much as a hundred uses of it, so it is kept.
 */
function parts(at: string | number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
}

function short(month: string | undefined): string {
  return (month ?? '').slice(0, 3);
}

/** Compact age: now, 4m, 3h, 2d, and from a week on the date. */
export function relative(at: string, now: number, zone: string): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return 'now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 7 * DAY) return `${Math.floor(age / DAY)}d`;
  const { day, month, year } = parts(at, zone);
  return year === parts(now, zone)['year'] ? `${day} ${short(month)}` : `${day} ${short(month)} ${year}`;
}

/** Age in words, for sentences: "just now", "2 min ago", "3 hours ago". */
export function ago(at: string, now: number): string {
  const age = now - Date.parse(at);
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return count(Math.floor(age / HOUR), 'hour') + ' ago';
  return count(Math.floor(age / DAY), 'day') + ' ago';
}

/** The exact instant with its zone, for a tooltip: Sun 22 Nov 2026, 14:05:09 GMT+1. */
export function exact(at: string, zone: string): string {
  const { weekday, day, month, year, hour, minute, second, timeZoneName } = parts(at, zone);
  return `${short(weekday)} ${day} ${short(month)} ${year}, ${hour}:${minute}:${second} ${timeZoneName}`;
}

/** Hours and minutes: 09:05. */
export function clock(at: string, zone: string): string {
  const { hour, minute } = parts(at, zone);
  return `${hour}:${minute}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const QUARTER = 15 * MINUTE;
const days = new Map<string, string>();

/** The calendar day in the zone, as a sortable key: 2026-11-22. */
export function dayKey(at: string | number, zone: string): string {
  // Zones are whole quarters of an hour off UTC, so a quarter has one day; ten thousand messages ask a few hundred times.
  const instant = new Date(at).getTime();
  const key = `${zone} ${Math.floor(instant / QUARTER)}`;
  let found = days.get(key);
  if (!found) {
    const { day, month, year } = parts(instant, zone);
    const number = MONTHS.indexOf(month ?? '') + 1;
    found = `${year?.padStart(4, '0')}-${String(number).padStart(2, '0')}-${day?.padStart(2, '0')}`;
    if (days.size > 5000) days.clear();
    days.set(key, found);
  }
  return found;
}

/** The heading of a day: Today, Yesterday, or the date with its weekday. */
export function dayName(at: string, now: number, zone: string): string {
  const key = dayKey(at, zone);
  if (key === dayKey(now, zone)) return 'Today';
  // A day is not always 24 hours long, so yesterday is found through noon.
  const noon = Date.parse(`${dayKey(now, zone)}T12:00:00Z`);
  if (key === new Date(noon - DAY).toISOString().slice(0, 10)) return 'Yesterday';
  const { weekday, day, month, year } = parts(at, zone);
  return `${weekday} ${day} ${month} ${year}`;
}

/** The zone's local time as a spreadsheet reads it: 2026-11-22 14:05:09. */
export function localStamp(at: string, zone: string): string {
  const { hour, minute, second } = parts(at, zone);
  return `${dayKey(at, zone)} ${hour}:${minute}:${second}`;
}

/** A length of time in its natural unit: 35 min, 2.4 h, 3.1 days. */
export function hours(value: number): string {
  if (value < 1) return `${Math.round(value * 60)} min`;
  if (value < 48) return `${trim(value)} h`;
  return `${trim(value / 24)} days`;
}

/** A number with its noun, in the plural unless it is one. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en-GB')} ${n === 1 ? noun : plural}`;
}

/** A fraction as a percentage, at most one decimal; a dash when there is nothing to divide by. */
export function percent(fraction: number | null): string {
  return fraction === null ? '—' : `${trim(fraction * 100)} %`;
}

function trim(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
