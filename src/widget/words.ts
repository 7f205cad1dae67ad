/** The widget's texts in one language, with numbers, plurals and times as that language writes them. */
import type { Clock } from './locales/clock.ts';
import type { Texts as Sentences } from './locales/en.ts';

export type Texts = Sentences & { clock: Clock };

export interface Words {
  texts: Texts;
  unread(count: number): string;
  number(value: number): string;
  /** Clock time, with the day when it is not today. */
  time(iso: string): string;
  /**
   * Weekday and clock time for an instant in the coming days, by the team's clock: `wall`, as the server has it, since browsers do
   * not agree about every zone. Where the reader's clock says otherwise, that too.
   */
  day(iso: string, time_zone: string | null, wall?: string | null): string;
  duration(hours: number): string;
}

export function openWords(texts: Texts, locale: string, now: () => Date = () => new Date()): Words {
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const format = (iso: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(iso));
  const number = (value: number) => (value < 1000 ? String(value) : value.toLocaleString(locale));
  const unit = (value: number, name: 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);

  return {
    texts,
    unread(count) {
      const form = new Intl.PluralRules(locale).select(count);
      return (texts.unread[form] ?? texts.unread.other).replace('{count}', number(count));
    },
    number,
    time(iso) {
      const at = new Date(iso);
      const { time, date, digits, halves, months } = texts.clock;
      const hour = at.getHours();
      return put(at.toDateString() === now().toDateString() ? time : date, {
        hour: String(halves.length ? hour % 12 || 12 : hour).padStart(digits, '0'),
        minute: String(at.getMinutes()).padStart(2, '0'),
        half: halves[hour < 12 ? 0 : 1] ?? '',
        day: String(at.getDate()),
        month: months[at.getMonth()] ?? '',
      });
    },
    day(iso, time_zone, wall) {
      const isSoon = new Date(iso).getTime() - now().getTime() < 6 * 86_400_000;
      const date: Intl.DateTimeFormatOptions = isSoon
        ? { weekday: 'long' }
        : { day: 'numeric', month: 'long' };
      const here = format(iso, { ...clock, ...date });
      if (!time_zone) return here;
      const byTeam = (options: Intl.DateTimeFormatOptions) =>
        wall
          ? format(`${wall}Z`, { ...options, timeZone: 'UTC' })
          : inZone(time_zone, (timeZone) => format(iso, { ...options, timeZone }));
      const there = byTeam({ ...clock, ...date });
      if (there === null || there === here) return here;
      const isSameDay = format(iso, date) === byTeam(date);
      return put(texts.your_time, { time: there, local: isSameDay ? format(iso, clock) : here });
    },
    duration(hours) {
      if (hours < 1) return unit(Math.max(5, Math.ceil((hours * 60) / 5) * 5), 'minute');
      return hours < 36 ? unit(Math.ceil(hours), 'hour') : unit(Math.ceil(hours / 24), 'day');
    },
  };
}

/** The text with values in the places of their names. */
export function put(text: string, values: Record<string, string>): string {
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}

/** What `write` writes; null when this browser does not know the zone. */
function inZone(time_zone: string, write: (time_zone: string) => string): string | null {
  try {
    return write(time_zone);
  } catch {
    return null;
  }
}
