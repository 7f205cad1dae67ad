// Words of strangers on their way into a mail: visitors, and whoever named a chatbot. Nothing they type may break out of a
// header, turn the text around, or pass for a link of ours.

/** Marks that change the direction of what follows, and line breaks that are not controls by category. */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const INVISIBLE = /[\p{Cc}\u200e\u200f\u061c\u2028\u2029\ufeff\p{Cs}]/gu;

/** Text for a header: one line, no controls of any kind. The joiners that emoji and some scripts need stay. */
export function inHeader(text: string): string {
  return text.replace(DIRECTION_CONTROLS, '').replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim();
}

/** Text for a body: lines stay lines, the harmless marks of right-to-left scripts stay, links can no longer be clicked. */
export function inBody(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(DIRECTION_CONTROLS, '');
  return withoutLinks(lines.replace(/[^\P{Cc}\n\t]|[\ufeff\p{Cs}]/gu, '')).trim();
}

/** Text for one line of a body. */
export function inLine(text: string): string {
  return inBody(text).replace(/\s+/g, ' ');
}

/** Endings by which mail programs know a host without `https://` before it; all of two letters are countries. */
const ENDINGS =
  '[a-z]{2}|com|net|org|info|biz|app|dev|xyz|top|shop|store|site|online|live|link|click|icu|vip|club|page|cloud|support|help|bank|pro|work|zip|mov';
/** `example.com` or `a.example.com/path`; an address with @ is left alone, whoever reads it has to write to it. */
const BARE_HOST = new RegExp(
  `(?<![@\\p{L}\\p{N}._/-])(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.){1,8}(?:${ENDINGS})(?![@\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
  'giu',
);

/** The way security people write a link so that no mail program makes it one: `https[:]//example[.]org/path`. */
function withoutLinks(text: string): string {
  const defused = (host: string) => host.replaceAll('.', '[.]');
  return text
    .replace(/\b([a-z][a-z0-9+.-]{1,20}):\/\/([^\s/?#]*)/gi, (_, scheme: string, host: string) => {
      return `${scheme}[:]//${defused(host)}`;
    })
    .replace(/\bwww\.[^\s/?#]+/gi, defused)
    .replace(BARE_HOST, defused);
}

/** Quotes every line, so that nothing a visitor types looks like ours. */
export function quoted(text: string): string {
  return inBody(text)
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `count` characters as a reader counts them, ended by an ellipsis when cut; never half an emoji. One such
 * character may be a hundred code units long, so there is a limit to those too.
 */
export function shortened(text: string, count: number): string {
  const maxUnits = count * 12;
  let kept = '';
  let length = 0;
  for (const { segment } of graphemes.segment(text.slice(0, maxUnits + 100))) {
    if (kept.length + segment.length > maxUnits) break;
    length += 1;
    if (length === count && kept.length + segment.length < text.length) break;
    kept += segment;
  }
  return kept.length < text.length ? `${kept.trimEnd()}…` : kept;
}

/** An instant as `2026-04-19 10:23:45 UTC`. */
export function utcTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * What a clock on the wall shows (`2026-04-19T12:23:45`), as people in that zone say it; null for UTC itself, or none. The database
 * has read the clock: this runtime's time zones may be older.
 */
export function zoneTime(wall: string | null, zone: string | null): string | null {
  if (!wall || !zone || /^(etc\/)?(utc|gmt|zulu|universal)$/i.test(zone)) return null;
  const at = new Date(`${wall}Z`);
  if (Number.isNaN(at.getTime())) return null;
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(at)} (${zone})`;
}

const MAILBOX = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/i;

/**
 * An address that may stand in a header, with its domain in ASCII; null for anything that is not exactly one address. A visitor
 * types it, so a comma, a bracket or a line break must never get through.
 */
export function mailAddress(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  // The URL parser drops tabs and line breaks silently.
  if (/[\s\p{Cc}]/u.test(trimmed)) return null;
  const at = trimmed.lastIndexOf('@');
  const mailbox = trimmed.slice(0, at);
  if (
    at < 1 ||
    trimmed.length > 254 ||
    !MAILBOX.test(mailbox) ||
    !URL.canParse(`http://${trimmed.slice(at + 1)}`)
  ) {
    return null;
  }
  const url = new URL(`http://${trimmed.slice(at + 1)}`);
  return DOMAIN.test(url.host) && url.pathname === '/' ? `${mailbox}@${url.host}` : null;
}

/** A name and an address as one header value. */
export function namedAddress(name: string | null | undefined, address: string): string {
  const plain = shortened(inHeader(name ?? '').replace(/["\\<>]/g, ''), 60).trim();
  return plain === '' ? address : `"${plain}" <${address}>`;
}
