/** The widget's texts in one language, with numbers, plurals and times as that language writes them. */
import type { Clock } from './locales/clock.ts';
import type { Texts as Sentences } from './locales/en.ts';

export type Texts = Sentences & { clock: Clock };

export interface Words {
  texts: Texts;
  locale: string;
  unread(count: number): string;
  number(value: number): string;
  /** Clock time, with the day when it is not today. */
  time(iso: string): string;
}

export function openWords(texts: Texts, locale: string, now: () => Date = () => new Date()): Words {
  const number = (value: number) => (value < 1000 ? String(value) : value.toLocaleString(locale));

  return {
    texts,
    locale,
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
  };
}

/** The text with values in the places of their names. */
export function put(text: string, values: Record<string, string>): string {
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{${name}}`, value);
  return text;
}
