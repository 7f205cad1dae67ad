/** The widget's texts in one language, with numbers, plurals and times as that language writes them. */
import type { Texts } from './locales/en.ts';

export type { Texts };

/** Only texts that are plain sentences; the plural ones have their own calls. */
export type TextKey = { [Key in keyof Texts]: Texts[Key] extends string ? Key : never }[keyof Texts];

export interface Words {
  locale: string;
  say(key: TextKey, values?: Record<string, string>): string;
  unread(count: number): string;
  number(value: number): string;
  /** Clock time, with the day when it is not today. */
  time(iso: string): string;
  /** Weekday and clock time for an instant in the coming days. */
  day(iso: string): string;
  duration(hours: number): string;
}

export function openWords(texts: Texts, locale: string, now: () => Date = () => new Date()): Words {
  const number = new Intl.NumberFormat(locale);
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const format = (iso: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(new Date(iso));
  const unit = (value: number, name: 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);

  return {
    locale,
    say(key, values = {}) {
      let text: string = texts[key];
      for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
      return text;
    },
    unread(count) {
      const form = new Intl.PluralRules(locale).select(count);
      return (texts.unread[form] ?? texts.unread.other).replace('{count}', number.format(count));
    },
    number: number.format,
    time(iso) {
      const isToday = new Date(iso).toDateString() === now().toDateString();
      return format(iso, isToday ? clock : { ...clock, day: 'numeric', month: 'short' });
    },
    day(iso) {
      const isSoon = new Date(iso).getTime() - now().getTime() < 6 * 86_400_000;
      return format(iso, { ...clock, ...(isSoon ? { weekday: 'long' } : { day: 'numeric', month: 'long' }) });
    },
    duration(hours) {
      if (hours < 1) return unit(Math.max(5, Math.ceil((hours * 60) / 5) * 5), 'minute');
      return hours < 36 ? unit(Math.ceil(hours), 'hour') : unit(Math.ceil(hours / 24), 'day');
    },
  };
}
