/** Every language's texts, for the build and the tests; the widget itself loads one. */
import type { Locale } from '../locale.ts';
import type { Texts } from '../words.ts';
import ar from './ar.ts';
import { clockOf } from './clock.ts';
import de from './de.ts';
import en from './en.ts';
import es from './es.ts';
import fr from './fr.ts';
import he from './he.ts';
import hi from './hi.ts';
import it from './it.ts';
import ja from './ja.ts';
import ko from './ko.ts';
import nl from './nl.ts';
import pl from './pl.ts';
import pt from './pt.ts';
import tr from './tr.ts';
import zh from './zh.ts';

const sentences = { en, de, fr, es, pt, it, nl, pl, tr, ja, zh, ko, hi, ar, he };

export const texts = Object.fromEntries(
  Object.entries(sentences).map(([locale, words]) => [locale, { ...words, clock: clockOf(locale) }]),
) as Record<Locale, Texts>;
