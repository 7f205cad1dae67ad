/** The languages the widget speaks, and how one of them is chosen: script tag, else page, else browser. */

export type Locale =
  'en' | 'de' | 'fr' | 'es' | 'pt' | 'it' | 'nl' | 'pl' | 'tr' | 'ja' | 'zh' | 'ko' | 'hi' | 'ar' | 'he';

const SPOKEN = /^(en|de|fr|es|pt|it|nl|pl|tr|ja|zh|ko|hi|ar|he|iw)(?![a-z])/i;

/** The first wanted language we speak, by its primary subtag (`pt-BR` is `pt`); English when there is none. */
export function pickLocale(wanted: readonly (string | null | undefined)[]): Locale {
  for (const tag of wanted) {
    const [, code] = SPOKEN.exec(tag || '') || [];
    // `iw` is what older browsers still call Hebrew.
    if (code) return code.toLowerCase().replace('iw', 'he') as Locale;
  }
  return 'en';
}

export function isRightToLeft(locale: string): boolean {
  return locale === 'ar' || locale === 'he';
}
