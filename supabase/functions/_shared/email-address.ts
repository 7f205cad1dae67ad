// Addresses as people write them and as mail is sent to them. A domain may be in any script (bücher.example); on the wire it is
// ASCII (xn--bcher-kva.example), and everything that is stored and compared is the wire's form.

const LOCAL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const ADDRESS = new RegExp(
  `^${LOCAL}(\\.${LOCAL})*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$`,
);

/** Whether mail can be addressed to this: one address, no name, no list, its domain in ASCII. private.is_email has the same rule. */
export function isEmailAddress(address: string): boolean {
  return address.length <= 254 && address.indexOf('@') <= 64 && ADDRESS.test(address);
}

/**
 * The address with its domain in ASCII, by the rules that browsers have for hosts (UTS 46, where straße.de is not strasse.de).
 * What has no such domain comes back as it was, for the check to refuse under the name that was typed.
 */
export function asciiAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  // What a URL would read as a port, a path or credentials is no domain.
  const isForeign = /[^\0-\x7f]/.test(domain) && !/[\s/\\?#@:[\]%]/.test(domain);
  if (at < 1 || !isForeign) return address;
  try {
    return address.slice(0, at + 1) + new URL(`http://${domain}`).hostname;
  } catch {
    return address;
  }
}
