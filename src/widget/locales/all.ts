/** Every language's texts, for the build and the tests; the widget itself loads one. */
import type { Locale } from '../locale.ts';
import en, { type Texts } from './en.ts';

export const texts: Partial<Record<Locale, Texts>> = { en };
