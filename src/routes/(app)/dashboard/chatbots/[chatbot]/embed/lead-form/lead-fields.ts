import type { LeadField } from '#shared/contract.ts';
import * as checks from '$lib/checks';

/** As many fields as a form may have; the database keeps to it too. */
export const FIELDS_MAX = 10;

/** What the widget asks for in its own words, in the visitor's language. */
export const KNOWN = [
  { key: 'name', label: 'Name' },
  { key: 'email', label: 'E-mail' },
  { key: 'phone', label: 'Phone' },
] as const;

export interface EditedField {
  key: string;
  label: string;
  is_required: boolean;
}

export function isCustom(field: { key: string }): boolean {
  return field.key.startsWith('custom_');
}

/** A key that no other field has; leads keep it, so it never changes with the label. */
export function newKey(fields: readonly { key: string }[], random: () => string): string {
  const key = `custom_${random()}`;
  return fields.some((field) => field.key === key) ? newKey(fields, random) : key;
}

/** What stands in the way of saving a field. */
export function problemOf(field: EditedField): checks.Problem {
  return isCustom(field)
    ? checks.words(field.label, 80, 'Name what the form asks for, such as “Order number”.')
    : checks.atMost(field.label, 80);
}

/** The fields as they are saved and as the widget takes them. */
export function toPayload(fields: EditedField[]): LeadField[] {
  return fields.map(({ key, label, is_required }) => ({ key, label: label.trim() || null, is_required }));
}
