// Times as a support team reads them. Every function is given the zone and the present, so that server and browser write the
// same words and a test needs no clock. The words are put together here and not by Intl, whose punctuation differs between
// the server's and the browser's version.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** What `make` makes of a key, kept: asking Intl costs a hundred times as much as remembering. */
function kept<Value>(make: (zone: string, instant: number) => Value) {
  const known = new Map<string, Value>();
  return (zone: string, instant: number): Value => {
    const key = `${zone} ${instant}`;
    let value = known.get(key);
    if (value === undefined) {
      if (known.size > 5000) known.clear();
      value = make(zone, instant);
      known.set(key, value);
    }
    return value;
  };
}

function two(value: number | string | undefined): string {
  return String(value).padStart(2, '0');
}

function partsOf(format: Intl.DateTimeFormat, instant: number): Record<string, string> {
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}

const clockOf = kept((timeZone) => {
  const numeric = 'numeric';
  const day = { year: numeric, month: numeric, day: numeric } as const;
  const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, ...day, ...time });
});

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
const offsetAt = kept((zone, instant) => {
  const part = partsOf(clockOf(zone, 0), instant);
  const iso = `${part['year']}-${two(part['month'])}-${two(part['day'])}T${two(part['hour'])}:${two(part['minute'])}:${two(part['second'])}Z`;
  return Date.parse(iso) - Math.floor(instant / 1000) * 1000;
});

/** What the zone is called at an instant: CET, GMT+1. */
const zoneNameAt = kept((timeZone, instant) => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  return partsOf(format, instant)['timeZoneName'] ?? '';
});

/** The start of the stretch around an instant in which the zone's clocks are not changed: its day, or its minute. */
function stretchOf(instant: number, zone: string): number {
  const day = Math.floor(instant / DAY) * DAY;
  const isOrdinary = offsetAt(zone, day) === offsetAt(zone, day + DAY);
  return isOrdinary ? day : Math.floor(instant / MINUTE) * MINUTE;
}

/** The instant as a date whose UTC fields are the zone's local time. Only from the year 1972 on do changes fall on whole minutes. */
function local(at: string | number, zone: string): Date {
  const instant = new Date(at).getTime();
  return new Date(instant + offsetAt(zone, stretchOf(instant, zone)));
}

const time = (date: Date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
const weekday = (date: Date) => WEEKDAYS[date.getUTCDay()]!;
const month = (date: Date) => MONTHS[date.getUTCMonth()]!;

function short(name: string): string {
  return name.slice(0, 3);
}

/** Compact age: now, 4m, 3h, 2d, and from a week on the date. */
export function relative(at: string, now: number, zone: string): string {
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
export function exact(at: string, zone: string): string {
  const date = local(at, zone);
  const day = `${short(weekday(date))} ${date.getUTCDate()} ${short(month(date))} ${date.getUTCFullYear()}`;
  const name = zoneNameAt(zone, stretchOf(Date.parse(at), zone));
  return `${day}, ${time(date)}:${two(date.getUTCSeconds())} ${name}`;
}

/** Hours and minutes: 09:05. */
export function clock(at: string, zone: string): string {
  return time(local(at, zone));
}

/** The calendar day in the zone, as a sortable key: 2026-11-22. */
export function dayKey(at: string | number, zone: string): string {
  return local(at, zone).toISOString().slice(0, 10);
}

/** The heading of a day: Today, Yesterday, or the date with its weekday. */
export function dayName(at: string, now: number, zone: string): string {
  const key = dayKey(at, zone);
  if (key === dayKey(now, zone)) return 'Today';
  // A day is not always 24 hours long, so yesterday is found through noon.
  const noon = Date.parse(`${dayKey(now, zone)}T12:00:00Z`);
  if (key === new Date(noon - DAY).toISOString().slice(0, 10)) return 'Yesterday';
  const date = local(at, zone);
  return `${weekday(date)} ${date.getUTCDate()} ${month(date)} ${date.getUTCFullYear()}`;
}

/** The zone's local time as a spreadsheet reads it: 2026-11-22 14:05:09. */
export function localStamp(at: string, zone: string): string {
  return local(at, zone).toISOString().slice(0, 19).replace('T', ' ');
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
