import { describe, expect, it } from 'vitest';
import { assertMatches } from '../../../tests/support/json-schema.ts';
import { isRefusalCode } from '../_shared/errors.ts';
import { apiHandler, OPERATIONS } from './handler.ts';

const BASE = 'http://functions.test/api';
const KEY = `hk_${'a'.repeat(43)}`;

// What is refused here must be refused before the database hears of it.
const refuseAll = () => Promise.reject(new Error('the database was asked'));
const handle = apiHandler({
  rpc: refuseAll,
  rpcAs: () => refuseAll,
  publicUrl: 'https://project.example',
});

interface Content {
  content: { 'application/json': { schema: object; example?: unknown } };
}
interface Described {
  operationId: string;
  parameters: { name: string; in: string; schema: object; example?: unknown }[];
  requestBody?: Content;
  responses: Record<string, { description: string } & Content>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Described>>;
}

async function readDocument(): Promise<Document> {
  const response = await handle(new Request(`${BASE}/openapi.json`));
  expect(response.status).toBe(200);
  return (await response.json()) as Document;
}

async function codeOf(path: string, init: RequestInit = {}): Promise<string> {
  const response = await handle(new Request(BASE + path, init));
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
});

describe('the OpenAPI document', () => {
  it('lists exactly the calls that the function takes', async () => {
    const { paths, openapi, servers } = await readDocument();
    expect(openapi).toBe('3.1.0');
    expect(servers).toEqual([{ url: 'https://project.example/functions/v1/api' }]);
    const listed = Object.entries(paths).flatMap(([template, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${template}`),
    );
    expect(listed.sort()).toEqual([
      'GET /conversations/{session_id}/messages',
      'GET /escalations',
      'GET /events',
      'POST /conversations/{session_id}/escalations',
      'POST /conversations/{session_id}/messages',
      'POST /conversations/{session_id}/read',
      'POST /escalations/{escalation_id}/resolve',
    ]);
    for (const entry of listed) {
      const [method = '', template = ''] = entry.split(' ');
      const path = template
        .replace('{session_id}', 'embed-a')
        .replace('{escalation_id}', crypto.randomUUID());
      expect(await codeOf(path, { method }), entry).toBe('401 KEYMS');
    }
  });

  it('has an answer for every code a call may refuse with, and only codes that exist', async () => {
    const { paths } = await readDocument();
    for (const { template, method, refusals } of OPERATIONS) {
      const responses = paths[template]?.[method.toLowerCase()]?.responses ?? {};
      const named = Object.values(responses).flatMap(
        ({ description }) => description.match(/\b[A-Z]{5}\b/g) ?? [],
      );
      expect(named.filter((code) => !isRefusalCode(code))).toEqual([]);
      expect(named).toEqual(expect.arrayContaining([...refusals, 'KEYMS', 'KEYIV', 'TOOMY']));
    }
  });

  it('shows an example of every call and every success, and each fits the schema beside it', async () => {
    const document = await readDocument();
    const calls = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { operationId, parameters, requestBody, responses } of calls) {
      const inPath = parameters.filter((one) => one.in === 'path');
      for (const { name, schema, example } of inPath)
        assertMatches(schema, example, document, `${operationId} ${name}`);
      const succeeding = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(succeeding.length, operationId).toBeGreaterThan(0);
      for (const [status, { content }] of [...succeeding, ['body', requestBody] as const].flatMap(
        ([name, one]) => (one ? [[name, one] as const] : []),
      )) {
        const { schema, example } = content['application/json'];
        expect(example, `${operationId} ${status}`).toBeDefined();
        assertMatches(schema, example, document, `the example of ${operationId} ${status}`);
      }
    }
  });

  it('may be read by any page, unlike the calls', async () => {
    const headers = { origin: 'https://docs.example' };
    const document = await handle(new Request(`${BASE}/openapi.json`, { headers }));
    expect(document.headers.get('access-control-allow-origin')).toBe('*');
    const events = await handle(new Request(`${BASE}/events`, { headers }));
    expect(events.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('before the database is asked, the API', () => {
  const messages = '/conversations/embed-a/messages';
  const authorized = { headers: { authorization: `Bearer ${KEY}` } };

  it.each<[string, string, RequestInit, string]>([
    ['an unknown path', '/nothing', authorized, '404 NOPTH'],
    ['broken percent-encoding', '/conversations/%zz/messages', post('{}'), '404 NOPTH'],
    ['another method', '/events', { ...authorized, method: 'DELETE' }, '405 NOMTH'],
    ['a missing key', '/events', {}, '401 KEYMS'],
    [
      'a conversation token',
      '/events',
      { headers: { authorization: `Bearer ${'A'.repeat(43)}` } },
      '401 KEYIV',
    ],
    ['an unknown status', '/escalations?status=closed', authorized, '422 INVAL'],
    ['a place that is none', '/escalations?after=%00', authorized, '422 INVAL'],
    ['a page of nothing', '/events?limit=0', authorized, '422 INVAL'],
    ['a page without end', '/events?limit=100000', authorized, '422 INVAL'],
    ['a session id of another shape', '/conversations/mine/messages', post('{}'), '422 INVAL'],
    ['an escalation id that is no UUID', '/escalations/7/resolve', post('{}'), '422 NTUID'],
    ['another content type', messages, post('{}', { 'content-type': 'text/plain' }), '415 BDCTY'],
    ['half a document', messages, post('{'), '400 BDJSN'],
    ['an agent’s message', messages, post('{"role":"agent","text":"Hi"}'), '422 INVAL'],
    ['an empty text', messages, post('{"role":"visitor","text":""}'), '422 TXTLN'],
    ['an id that is no UUID', messages, post('{"role":"visitor","text":"Hi","id":"7"}'), '422 NTUID'],
  ])('refuses %s', async (_what, path, init, expected) => {
    expect(await codeOf(path, init)).toBe(expected);
  });

  it('names the methods of a path', async () => {
    const response = await handle(new Request(`${BASE}/events`, { method: 'OPTIONS' }));
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, OPTIONS']);
  });
});
