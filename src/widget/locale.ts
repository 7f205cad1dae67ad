/** The languages the widget speaks, and how one of them is chosen: script tag, else page, else browser. */

export const LOCALES = [
  'en',
  'de',
  'fr',
  'es',
  'pt',
  'it',
  'nl',
  'pl',
  'tr',
  'ja',
  'zh',
  'ko',
  'hi',
  'ar',
  'he',
] as const;

export type Locale = (typeof LOCALES)[number];

/** The first wanted language we speak, by its primary subtag (`pt-BR` is `pt`); English when there is none. */
export function pickLocale(wanted: readonly (string | null | undefined)[]): Locale {
  for (const tag of wanted) {
    const primary = (tag ?? '').toLowerCase().split(/[-_]/)[0];
    // `iw` is what older browsers still call Hebrew.
    const code = primary === 'iw' ? 'he' : primary;
    if ((LOCALES as readonly string[]).includes(code!)) return code as Locale;
  }
  return 'en';
}

export function isRightToLeft(locale: string): boolean {
  return locale === 'ar' || locale === 'he';
}

/** The launcher's name before any texts are loaded; "Chat" is the word in the languages not listed. */
export const LAUNCHER_NAMES: Record<string, string | undefined> = {
  pl: 'Czat',
  tr: 'Sohbet',
  ja: 'チャット',
  zh: '聊天',
  ko: '채팅',
  hi: 'चैट',
  ar: 'دردشة',
  he: 'צ׳אט',
};
