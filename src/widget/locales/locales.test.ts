import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pickLocale } from '../locale.ts';
import { openWords } from '../words.ts';
import { texts } from './all.ts';

const folder = new URL('..', import.meta.url);
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each(Object.entries(texts))('the texts in %s', (locale, words) => {
  it('are those of a language that can be chosen', () => {
    expect(pickLocale([locale])).toBe(locale);
  });

  it('have every key of English and no other', () => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(texts.en).sort());
  });

  it('are all written, and keep the values they are given', () => {
    for (const [key, english] of Object.entries(texts.en)) {
      if (typeof english !== 'string') continue;
      const text = words[key as keyof typeof words] as string;
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(english));
    }
  });

  it('have a form for every plural of the language', () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    // Where a language says the same for fractions and for what is left over, "other" serves.
    const needed = forms.filter((form) =>
      [0, 1, 2, 3, 5, 11, 100].some((n) => new Intl.PluralRules(locale).select(n) === form),
    );
    for (const form of needed) expect(words.unread[form] ?? words.unread.other, form).toBeTruthy();
    expect(openWords(words, locale).unread(3)).not.toContain('{');
  });

  it('are translated, not copied', () => {
    if (locale === 'en') return;
    const same = Object.keys(texts.en).filter(
      (key) => words[key as keyof typeof words] === texts.en[key as keyof typeof words],
    );
    // Words such as "Team", "Name" and "E-mail" are the same in some languages.
    expect(same.length, same.join(', ')).toBeLessThanOrEqual(6);
  });
});

it('has no text that nothing shows', () => {
  const unused = Object.keys(texts.en).filter((key) => !new RegExp(`texts\\.${key}\\b`).test(sources));
  expect(unused).toEqual([]);
});
