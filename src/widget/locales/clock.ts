/**
 * How each language writes the clock and the day of the year. Asked of `Intl` when the widget is built: in a visitor's browser
 * the first such question takes longer than the drawing of the whole panel, and cannot be divided.
 */
export interface Clock {
  /** With `{hour}`, `{minute}` and, where the day has two halves, `{half}`. */
  time: string;
  /** The same with `{day}` and `{month}` before it. */
  date: string;
  /** Digits of an hour, at least. */
  digits: number;
  /** Names of the halves of the day; none where it has 24 hours. */
  halves: string[];
  months: string[];
}

const TIME: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' };
const PARTS: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {
  hour: '{hour}',
  minute: '{minute}',
  dayPeriod: '{half}',
  day: '{day}',
  month: '{month}',
};

export function clockOf(locale: string): Clock {
  const parts = (options: Intl.DateTimeFormatOptions, hour = 9, month = 0) =>
    new Intl.DateTimeFormat(locale, options).formatToParts(Date.UTC(2026, month, 7, hour, 4));
  const date: Intl.DateTimeFormatOptions = { ...TIME, day: 'numeric', month: 'short' };
  const write = (options: Intl.DateTimeFormatOptions) =>
    parts(options)
      // A plain space, as browsers write it.
      .map(({ type, value }) => PARTS[type] ?? value.replace('\u202f', ' '))
      .join('');
  const read = (found: Intl.DateTimeFormatPart[], wanted: string) =>
    found.filter(({ type }) => type === wanted).map(({ value }) => value);
  return {
    time: write(TIME),
    date: write(date),
    digits: read(parts(TIME), 'hour')[0]!.length,
    halves: [9, 21].flatMap((hour) => read(parts(TIME, hour), 'dayPeriod')),
    months: Array.from({ length: 12 }, (_, month) => read(parts(date, 9, month), 'month')[0]!),
  };
}
