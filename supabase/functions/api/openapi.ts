import { statusOf } from '../_shared/errors.ts';
import type { RefusalCode } from '../_shared/errors.ts';
import type { Schema } from '../_shared/fields.ts';
import { isBodyRequired } from './operation.ts';
import type { Fields, Operation } from './operation.ts';

const EVERY_CALL: RefusalCode[] = ['KEYMS', 'KEYIV', 'NOMTH', 'TOOMY', 'UNAVL', 'INTRN'];
const EVERY_BODY: RefusalCode[] = ['BDCTY', 'BDJSN', 'TOBIG', 'INVAL'];

const ERROR: Schema = {
  type: 'object',
  required: ['code', 'message'],
  additionalProperties: false,
  properties: {
    code: { type: 'string', minLength: 5, maxLength: 5, description: 'Stable: decide by this.' },
    message: { type: 'string', description: 'A sentence for a person; it may change.' },
  },
};

/** The OpenAPI 3.1 document of these operations, served at `serverUrl`. */
export function openApi(operations: Operation[], serverUrl: string): Schema {
  const paths: Record<string, Schema> = {};
  for (const operation of operations) {
    (paths[operation.template] ??= {})[operation.method.toLowerCase()] = described(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Handoff API',
      version: '1.0.0',
      description:
        'For people who bring their own bot: store what was said, ask for a person, follow what happens.',
    },
    servers: [{ url: serverUrl }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'hk_…',
          description: 'A key that an admin makes in the settings of one chatbot.',
        },
      },
    },
  };
}

function described(operation: Operation): Schema {
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: operation.description,
    parameters: [
      ...parametersOf(operation.path, 'path', operation.example.path),
      ...parametersOf(operation.query, 'query'),
    ],
    ...(operation.body && {
      requestBody: {
        required: isBodyRequired(operation.body),
        content: {
          'application/json': { schema: objectOf(operation.body), example: operation.example.body },
        },
      },
    }),
    responses: { ...answersOf(operation), ...refusalsOf(operation) },
  };
}

function parametersOf(
  fields: Fields,
  place: 'path' | 'query',
  examples: Record<string, string> = {},
): Schema[] {
  return Object.entries(fields).map(([name, { schema, isRequired }]) => ({
    name,
    in: place,
    required: isRequired,
    schema,
    ...(name in examples && { example: examples[name] }),
  }));
}

function objectOf(fields: Fields): Schema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    required: entries.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
  };
}

function answersOf({ answers }: Operation): Schema {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, example }]) => [
      status,
      { description, content: { 'application/json': { schema, example } } },
    ]),
  );
}

/** The refusals of a call by status, since OpenAPI knows one answer per status and we may have several codes in one. */
function refusalsOf({ refusals, body }: Operation): Schema {
  const codesByStatus = new Map<number, RefusalCode[]>();
  for (const code of new Set([...EVERY_CALL, ...(body ? EVERY_BODY : []), ...refusals])) {
    codesByStatus.set(statusOf(code), [...(codesByStatus.get(statusOf(code)) ?? []), code]);
  }
  const entries = [...codesByStatus].map(([status, codes]) => [
    status,
    {
      description: `Refused: ${codes.join(', ')}.`,
      ...(status === 429 && {
        headers: {
          'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
        },
      }),
      content: {
        'application/json': {
          schema: {
            allOf: [{ $ref: '#/components/schemas/Error' }, { properties: { code: { enum: codes } } }],
          },
        },
      },
    },
  ]);
  return Object.fromEntries(entries) as Schema;
}
