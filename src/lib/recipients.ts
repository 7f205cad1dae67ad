// The list of addresses that get an escalation's mail, as it is being edited. The database checks it again by the same rules.

import { asciiAddress, isEmailAddress } from '#shared/email-address.ts';

/** How many addresses can be added besides the owner's. */
export const RECIPIENTS_MAX = 10;

/**
 * The addresses in a typed or pasted text: separated by commas, semicolons or lines, or by spaces where each part is meant as an
 * address; `Name <address>` is understood. One with a space in it stays one, so that it is refused by its whole name.
 */
export function split(text: string): string[] {
  return text
    .replace(/[^,;\n<>]*<([^<>]*)>/g, ' $1 ')
    .split(/[\r\n,;]+/)
    .map((entry) => entry.trim())
    .flatMap((entry) => {
      const parts = entry.split(/\s+/);
      return parts.every((part) => part.includes('@')) ? parts : [entry];
    })
    .map((part) => part.replace(/^mailto:/i, ''))
    .filter((part) => part !== '');
}

export interface Added {
  addresses: string[];
  /** What could not be added and stays in the field to be corrected. */
  rest: string[];
  /** Why, naming each address; empty when everything was added. */
  problems: string[];
  /** What needs no place of its own: the owner's address, and what is there already. */
  notes: string[];
}

/** Adds what was typed to the list. What is right is added even when something beside it is not. */
export function add(addresses: string[], text: string, owner: string): Added {
  const result: Added = { addresses: [...addresses], rest: [], problems: [], notes: [] };
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  for (const typed of split(text)) {
    const address = asciiAddress(typed);
    const folded = address.toLowerCase();
    if (!isEmailAddress(address)) {
      result.rest.push(address);
      result.problems.push(`“${address}” isn’t a valid e-mail address.`);
    } else if (folded === owner.toLowerCase()) {
      result.notes.push(`${address} is the owner’s address, which is always notified.`);
    } else if (known.has(folded)) {
      result.notes.push(`${address} is already on the list.`);
    } else if (result.addresses.length >= RECIPIENTS_MAX) {
      result.rest.push(address);
      result.problems.push(`You can add up to ${RECIPIENTS_MAX} addresses: “${address}” wasn’t added.`);
    } else {
      known.add(folded);
      result.addresses.push(address);
    }
  }
  return result;
}
