import type { RefusalCode } from '../_shared/errors.ts';
import type { Field, Schema } from '../_shared/fields.ts';
import type { Rpc } from '../_shared/rpc.ts';

export type Fields = Record<string, Field<unknown>>;
type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type None = Record<never, never>;

/** What a call answers: its status and its body. */
export interface Result {
  status: number;
  body: unknown;
}

/**
 * One call of the API, told once: the handler reads requests by it and the OpenAPI document is written from it, so that
 * the two cannot drift apart.
 */
export interface Operation {
  id: string;
  method: 'GET' | 'POST';
  /** Below `/functions/v1/api`, with `{name}` for each of `path`'s fields. */
  template: string;
  summary: string;
  description: string;
  path: Fields;
  query: Fields;
  /** Null when the call takes no body. */
  body: Fields | null;
  /** What the document shows beside the schemas: path fields and a body that could be sent. */
  example: { path?: Record<string, string>; body?: Record<string, unknown> };
  answers: Record<number, { description: string; schema: Schema; example: unknown }>;
  /** What this call refuses beyond what every call does. */
  refusals: RefusalCode[];
  run: (rpc: Rpc, keyHash: string, input: { path: never; query: never; body: never }) => Promise<Result>;
}

/** Declares an operation; `run` gets the fields with their types. */
export function operation<P extends Fields = None, Q extends Fields = None, B extends Fields = None>(
  declared: Omit<Operation, 'path' | 'query' | 'body' | 'run'> & {
    path?: P;
    query?: Q;
    body?: B;
    run: (
      rpc: Rpc,
      keyHash: string,
      input: { path: Values<P>; query: Values<Q>; body: Values<B> },
    ) => Promise<Result>;
  },
): Operation {
  const { path = {}, query = {}, body = null, run, ...rest } = declared;
  return { ...rest, path, query, body, run: run as unknown as Operation['run'] };
}

/** Whether a body with these fields has to be sent: one of them is required. */
export function isBodyRequired(fields: Fields): boolean {
  return Object.values(fields).some(({ isRequired }) => isRequired);
}
