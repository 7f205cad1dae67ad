import { AppError } from './errors.ts';

/** The part of JSON Schema that describes our fields, and that the OpenAPI document repeats. */
export type Schema = Record<string, unknown>;

/**
 * One field of a body or a query: how it is read, and how a document describes it. Written by hand instead of with a
 * schema library, which made a cold start 2.4 times as long.
 */
export interface Field<T> {
  /** Returns the value or throws the refusal that names the field. */
  read: (value: unknown, name: string) => T;
  schema: Schema;
  isRequired: boolean;
}

type Values<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Reads the fields that `fields` declares; others are ignored, so that newer callers can talk to an older server. */
export function readFields<F extends Record<string, Field<unknown>>>(
  fields: F,
  source: Record<string, unknown>,
): Values<F> {
  const entries = Object.entries(fields).map(([name, field]) => {
    return [name, field.read(Object.hasOwn(source, name) ? source[name] : undefined, name)];
  });
  return Object.fromEntries(entries) as Values<F>;
}

/** The query of a request as a plain object; of a repeated parameter the first counts. */
export function queryOf(request: Request): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URL(request.url).searchParams) query[name] ??= value;
  return query;
}

/** The same field with a sentence for the document. */
export function described<T>(field: Field<T>, description: string): Field<T> {
  return { ...field, schema: { ...field.schema, description } };
}

/** A field that may be missing, null or empty; all three read as null. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return {
    read: (value, name) =>
      value === undefined || value === null || value === '' ? null : field.read(value, name),
    schema: field.schema,
    isRequired: false,
  };
}

/** Like `optional`, but what cannot be read is null as well: for extras that are not worth refusing a request for. */
export function lenient<T>(field: Field<T>): Field<T | null> {
  return {
    read: (value, name) => {
      try {
        return optional(field).read(value, name);
      } catch {
        return null;
      }
    },
    schema: field.schema,
    isRequired: false,
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in its usual writing, lower-cased. Throws NTUID. */
export function uuid(): Field<string> {
  return {
    read: (value, name) => {
      if (typeof value !== 'string' || !UUID.test(value)) {
        throw new AppError('NTUID', `"${name}" must be a UUID.`);
      }
      return value.toLowerCase();
    },
    schema: { type: 'string', format: 'uuid' },
    isRequired: true,
  };
}

/**
 * What somebody wrote: 1 to `maxLength` UTF-16 code units, not only white space, kept as it was typed. Throws TXTLN for
 * the length and INVAL for NUL and lone surrogates, which Postgres cannot store.
 */
export function text(maxLength: number): Field<string> {
  return {
    read: (value, name) => {
      if (typeof value !== 'string') throw new AppError('INVAL', `"${name}" must be a text.`);
      if (value.trim() === '' || value.length > maxLength) {
        const limit = maxLength.toLocaleString('en');
        throw new AppError('TXTLN', `"${name}" must be between 1 and ${limit} characters.`);
      }
      return storable(value, name);
    },
    schema: { type: 'string', minLength: 1, maxLength, pattern: '\\S' },
    isRequired: true,
  };
}

/** A short line such as a name: trimmed, 1 to `maxLength` code units, without control characters. Throws INVAL. */
export function line(maxLength: number): Field<string> {
  return {
    read: (value, name) => {
      const trimmed = typeof value === 'string' ? value.trim() : '';
      if (trimmed === '' || trimmed.length > maxLength) {
        throw new AppError('INVAL', `"${name}" must be a text of 1 to ${maxLength} characters.`);
      }
      // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
      if (/[\u0000-\u001f\u007f]/.test(trimmed)) {
        throw new AppError('INVAL', `"${name}" must be a single line without control characters.`);
      }
      return storable(trimmed, name);
    },
    schema: { type: 'string', minLength: 1, maxLength },
    isRequired: true,
  };
}

/** One of a closed set of words. Throws INVAL and names them. */
export function oneOf<const T extends string>(...values: T[]): Field<T> {
  return {
    read: (value, name) => {
      const found = values.find((candidate) => candidate === value);
      if (found === undefined) throw new AppError('INVAL', `"${name}" must be one of: ${values.join(', ')}.`);
      return found;
    },
    schema: { type: 'string', enum: values },
    isRequired: true,
  };
}

/** A whole number, also when written as digits, as a query is. Throws INVAL. */
export function integer(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Field<number> {
  return {
    read: (value, name) => {
      const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
      if (!Number.isSafeInteger(number) || (number as number) < minimum || (number as number) > maximum) {
        throw new AppError('INVAL', `"${name}" must be a whole number from ${minimum} to ${maximum}.`);
      }
      return number as number;
    },
    schema: { type: 'integer', minimum, maximum },
    isRequired: true,
  };
}

/** `true` or `false`. Throws INVAL. */
export function flag(): Field<boolean> {
  return {
    read: (value, name) => {
      if (typeof value !== 'boolean') throw new AppError('INVAL', `"${name}" must be true or false.`);
      return value;
    },
    schema: { type: 'boolean' },
    isRequired: true,
  };
}

function storable(value: string, name: string): string {
  if (value.includes('\u0000') || /\p{Surrogate}/u.test(value)) {
    throw new AppError('INVAL', `"${name}" contains characters that are not text.`);
  }
  return value;
}
