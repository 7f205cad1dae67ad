/** The part of JSON Schema 2020-12 that our OpenAPI document uses, as a judge of answers. */

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  description?: string;
}

const FORMATS: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
};
const KNOWN = new Set(
  '$ref allOf type format enum required properties additionalProperties items minLength maxLength pattern minimum maximum description'.split(
    ' ',
  ),
);

/** Throws the first difference between a value and its schema; `root` resolves `$ref`. Unknown keywords throw as well. */
export function assertMatches(
  schema: object,
  value: unknown,
  root: object = schema,
  at = 'the answer',
): void {
  const rules = schema as Schema;
  const fail = (why: string) => {
    throw new Error(`${at} ${why}: ${JSON.stringify(value)}`);
  };
  const unknown = Object.keys(rules).find((keyword) => !KNOWN.has(keyword));
  if (unknown) throw new Error(`This judge does not know the keyword ${unknown}.`);
  if (rules.$ref) assertMatches(follow(rules.$ref, root), value, root, at);
  for (const part of rules.allOf ?? []) assertMatches(part, value, root, at);
  const types = rules.type === undefined ? [] : [rules.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) fail(`is not ${types.join(' or ')}`);
  if (rules.enum && !rules.enum.includes(value)) fail(`is none of ${rules.enum.join(', ')}`);
  if (typeof value === 'string') {
    if (rules.pattern && !new RegExp(rules.pattern, 'u').test(value)) fail(`does not match ${rules.pattern}`);
    if (rules.format && !FORMATS[rules.format]?.test(value)) fail(`is not a ${rules.format}`);
    if (value.length < (rules.minLength ?? 0) || value.length > (rules.maxLength ?? Infinity))
      fail('has another length');
  }
  if (
    typeof value === 'number' &&
    (value < (rules.minimum ?? -Infinity) || value > (rules.maximum ?? Infinity))
  ) {
    fail('is out of range');
  }
  if (Array.isArray(value)) {
    value.forEach((one, index) => assertMatches(rules.items ?? {}, one, root, `${at}[${index}]`));
  } else if (value !== null && typeof value === 'object') {
    const missing = rules.required?.find((name) => !Object.hasOwn(value, name));
    if (missing) fail(`lacks ${missing}`);
    for (const [name, one] of Object.entries(value)) {
      const property = rules.properties?.[name];
      if (property) assertMatches(property, one, root, `${at}.${name}`);
      else if (rules.additionalProperties === false) fail(`must not have ${name}`);
    }
  }
}

function follow(reference: string, root: object): object {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce((node, name) => (node as Record<string, object>)[name] ?? {}, root);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value);
  return typeof value === type;
}
