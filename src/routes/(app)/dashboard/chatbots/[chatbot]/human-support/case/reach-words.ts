// What the author of a reply is told before sending it when nobody would receive it.
import type { Reach } from '$lib/server/cases';

/** One sentence; null while the visitor is there, or can be written to. */
export function unreachedWords(reach: Reach): string | null {
  const { page_open, is_own_bot, address, suppressed, mail_on } = reach;
  if (page_open || is_own_bot || (address && mail_on && !suppressed)) return null;
  const because = !mail_on
    ? 'replies aren’t e-mailed'
    : address
      ? `${address} doesn’t take e-mail`
      : 'no e-mail address is known';
  return `The visitor isn’t there now and ${because}: nobody would receive this.`;
}

/** Whether an address would help. */
export function isAddressMissing({ address, suppressed, mail_on }: Reach): boolean {
  return mail_on && (!address || suppressed);
}
