// When the clocks of a zone are changed. Every runtime has a time zone database of its own, and they differ; what people read
// follows the one of Postgres, which tells it in this form (`private.clock_changes`). What the others know is asked here, so that
// it can be compared.

/** When a zone's clocks are changed: seconds since 1970, and how many seconds they are ahead of UTC from then on. Begins with the beginning. */
export type ClockChanges = [at: number, ahead: number][];

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const WEEK = 7 * DAY;

/** The twelve months in which clocks are compared, from the beginning of the present day of UTC, in seconds since 1970. */
export function comingYear(now: number): [since: number, until: number] {
  const since = Math.floor(now / 1000 / DAY) * DAY;
  return [since, since + 366 * DAY];
}

/** Seconds that a zone's clocks are ahead of UTC at an instant, in seconds since 1970; before the list begins, as at its beginning. */
export function secondsAhead(changes: ClockChanges, at: number): number {
  for (let index = changes.length - 1; index > 0; index--)
    if (changes[index]![0] <= at) return changes[index]![1];
  return changes[0]?.[1] ?? 0;
}

/** What this runtime knows of a zone between two whole minutes; null where it knows no such zone. */
export function clockChanges(zone: string, since: number, until: number): ClockChanges | null {
  const ahead = clockOf(zone);
  if (!ahead) return null;
  const changes: ClockChanges = [[since, ahead(since)]];
  for (let at = since; at < until;) {
    const known = changes.at(-1)![1];
    let later = Math.min(at + WEEK, until);
    if (ahead(later) === known) {
      at = later;
      continue;
    }
    while (later - at > MINUTE) {
      const middle = at + Math.floor((later - at) / 2 / MINUTE) * MINUTE;
      if (ahead(middle) === known) at = middle;
      else later = middle;
    }
    changes.push([later, ahead(later)]);
    at = later;
  }
  return changes;
}

function clockOf(zone: string): ((at: number) => number) | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
  return (at) => {
    const name = format.formatToParts(at * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = 0] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
    const ahead = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * MINUTE + Number(seconds);
    return sign === '-' ? -ahead : ahead;
  };
}

/** The first instant at which two lists differ, in seconds since 1970, with how far the clocks are ahead by each; null where none is. */
export function firstDifference(
  one: ClockChanges,
  other: ClockChanges,
): { at: number; one: number; other: number } | null {
  const instants = [...one, ...other].map(([at]) => at).sort((a, b) => a - b);
  const at = instants.find((instant) => secondsAhead(one, instant) !== secondsAhead(other, instant));
  return at === undefined ? null : { at, one: secondsAhead(one, at), other: secondsAhead(other, at) };
}

/** How far clocks are ahead of UTC, as Intl writes it: GMT, GMT+1, GMT-3:30. */
export function offsetName(ahead: number): string {
  if (ahead === 0) return 'GMT';
  const minutes = Math.round(Math.abs(ahead) / MINUTE);
  const rest = minutes % 60;
  return `GMT${ahead < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}
