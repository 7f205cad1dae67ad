/** What a lead form may hold, checked before the server checks again. */
import type { Lead, LeadField } from '#shared/contract.ts';

export type LeadFault = 'required' | 'email' | 'phone';

export function faultIn({ key, is_required }: LeadField, value: string): LeadFault | null {
  const given = value.trim();
  if (!given) return is_required ? 'required' : null;
  if (key === 'email' && !isAddress(given)) return 'email';
  if (key === 'phone' && given.replace(/\D/g, '').length < 5) return 'phone';
  return null;
}

/** One `@` with something before it and a host with a dot behind it, no blanks; the server looks more closely. */
function isAddress(given: string): boolean {
  const [local, host, ...more] = given.split('@');
  return !!local && !more.length && !!host && /^[^\s.]+(\.[^\s.]+)+$/.test(host) && !/\s/.test(local);
}

/** The filled-in fields, under the names the server knows. */
export function leadFrom(values: [key: string, value: string][]): Lead {
  const lead: Lead = {};
  for (const [key, value] of values) {
    const given = value.trim();
    if (!given) continue;
    if (key === 'name' || key === 'email' || key === 'phone') lead[key] = given;
    else lead.custom = { ...lead.custom, [key]: given };
  }
  return lead;
}
