// Instants as the columns of an exported file hold them.
import { localStamp } from './time';

/** The database's way to write an instant, from which milliseconds and Z are made without a calendar: a million rows have ten million. */
const IN_UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?\+00:00$/;

function utc(at: string | null): string | null {
  if (at === null) return null;
  const parts = IN_UTC.exec(at);
  if (!parts) return new Date(at).toISOString();
  const [, seconds, fraction = ''] = parts;
  return `${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
}

const MINUTE_LENGTH = 'YYYY-MM-DDTHH:MM'.length;
const SECOND_LENGTH = MINUTE_LENGTH + ':SS'.length;
const KEPT_MINUTES = 10_000;

/** An instant as the Data API gives it, written in UTC (`2026-11-22T13:05:09.120Z`) and in a zone's local time (`2026-11-22 14:05:09`). */
export type Stamps = (at: string | null) => [utc: string | null, local: string | null];

/** Writes instants as UTC and in a zone's local time. Clocks are set by whole minutes, so the calendar is asked once for each. */
export function stampsOf(zone: string): Stamps {
  const minutes = new Map<string, string>();
  return (at) => {
    const written = utc(at);
    if (written === null) return [null, null];
    const minute = written.slice(0, MINUTE_LENGTH);
    let local = minutes.get(minute);
    if (local === undefined) {
      if (minutes.size === KEPT_MINUTES) minutes.clear();
      local = localStamp(`${minute}:00Z`, zone).slice(0, MINUTE_LENGTH);
      minutes.set(minute, local);
    }
    return [written, local + written.slice(MINUTE_LENGTH, SECOND_LENGTH)];
  };
}
