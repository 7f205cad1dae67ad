import type { Lead } from '../_shared/contract.ts';
import { asciiAddress, isEmailAddress } from '../_shared/email-address.ts';
import { AppError } from '../_shared/errors.ts';
import type { Field } from '../_shared/fields.ts';
import { line, optional, readFields, text } from '../_shared/fields.ts';
import { empty, readJson } from '../_shared/http.ts';
import { originOf, tokenHash } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

const NAME_MAX_LENGTH = 200;
const EMAIL_MAX_LENGTH = 254;
const PHONE_MAX_LENGTH = 50;
/** As `save_lead_form` makes them; keys of another shape belong to no form and are ignored like any unknown field. */
const CUSTOM_KEY = /^custom_[a-z0-9_]{1,40}$/;
const CUSTOM_MAX_FIELDS = 20;
const CUSTOM_MAX_LENGTH = 1000;

const EMAIL: Field<string> = {
  ...line(EMAIL_MAX_LENGTH),
  read: (value, name) => {
    const address = asciiAddress(line(EMAIL_MAX_LENGTH).read(value, name));
    if (!isEmailAddress(address)) throw new AppError('INVAL', `"${name}" must be an e-mail address.`);
    return address;
  },
};

/** `POST widget/leads`: what the lead form asked for. */
export async function save(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const p_lead = readLead(await readJson(request));
  if (!p_lead) throw new AppError('INVAL', 'At least one of name, email, phone and custom is needed.');
  await parts.rpc('widget_save_lead', { p_token_hash, p_lead, ...originOf(request) });
  return empty();
}

/** The contact details in a body, or null when there are none. Throws INVAL or TXTLN, naming the field. */
export function readLead(value: unknown): Lead | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new AppError('INVAL', '"lead" must be an object.');
  const read = readFields(
    {
      name: optional(line(NAME_MAX_LENGTH)),
      email: optional(EMAIL),
      phone: optional(line(PHONE_MAX_LENGTH)),
      custom: optional({ read: readCustom, schema: { type: 'object' }, isRequired: true }),
    },
    value as Record<string, unknown>,
  );
  const lead = Object.fromEntries(Object.entries(read).filter(([, given]) => given !== null));
  return Object.keys(lead).length > 0 ? lead : null;
}

function readCustom(value: unknown, name: string): Record<string, string> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('INVAL', `"${name}" must be an object of texts.`);
  }
  const entries = Object.entries(value).filter(([key]) => CUSTOM_KEY.test(key));
  if (entries.length > CUSTOM_MAX_FIELDS) {
    throw new AppError('INVAL', `"${name}" takes at most ${CUSTOM_MAX_FIELDS} fields.`);
  }
  const given = entries.flatMap(([key, answer]) => {
    const read = optional(text(CUSTOM_MAX_LENGTH)).read(answer, `${name}.${key}`);
    return read === null ? [] : [[key, read] as const];
  });
  return given.length > 0 ? Object.fromEntries(given) : null;
}
