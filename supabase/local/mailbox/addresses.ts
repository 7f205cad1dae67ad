import { INVALID_EMAIL, Refusal } from './refusal.ts';

const MAILBOX = /^[a-z0-9!#$%&'`*+\-/=^_{}|~]+(\.[a-z0-9!#$%&'`*+\-/=^_{}|~]+)*$/i;
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;
const PLAIN_NAME = /^[^"(),.:;<>@[\]\\]*$/;
const QUOTED_NAME = /^"(?:[^"\\]|\\.)*"$/;

/** The bare address of one entry, `ana@x.org` or `Ana <ana@x.org>`; null when it is neither. */
function readAddress(entry: string): string | null {
  const named = /^(.*?)\s*<([^<>]*)>$/s.exec(entry);
  const name = named?.[1]?.trim() ?? '';
  const address = (named?.[2] ?? entry).trim();
  const at = address.lastIndexOf('@');
  if (!PLAIN_NAME.test(name) && !QUOTED_NAME.test(name)) return null;
  return MAILBOX.test(address.slice(0, at)) && DOMAIN.test(address.slice(at + 1)) ? address : null;
}

/** Splits at commas, but not inside a quoted name. */
function splitList(list: string): string[] {
  const entries = list.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? [];
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** The bare addresses of a comma-separated field; throws 300 and names the field and the entry. */
export function readAddresses(field: string, list: string): string[] {
  return splitList(list).map((entry) => {
    const address = readAddress(entry);
    if (address === null) throw new Refusal(INVALID_EMAIL, `Invalid '${field}' address: '${entry}'.`);
    return address;
  });
}
