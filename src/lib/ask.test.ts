// Three kinds of failing, told apart against a server that answers, refuses, breaks off, or is not there.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ask, codeOf, Refused, sentenceOf, tell } from './ask';

const ANSWERS: Record<string, RequestListener> = {
  '/good': (_request, response) => response.end('{"n":1}'),
  '/empty': (_request, response) => response.writeHead(204).end(),
  '/refused': (_request, response) =>
    response.writeHead(409).end('{"code":"STALE","message":"It has changed.","detail":{"version":2}}'),
  '/page': (_request, response) => response.writeHead(502).end('<h1>Bad Gateway</h1>'),
  '/portal': (_request, response) => response.end('<h1>Please sign in to this Wi-Fi</h1>'),
  '/broken': (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"rows":[');
    response.socket?.destroySoon();
  },
  '/echo': (request, response) => request.pipe(response),
};
const server = createServer((request, response) => ANSWERS[request.url ?? '']?.(request, response));
let base = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const refusalOf = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );

it('gives the answer, null for an empty one, and sends a body as JSON', async () => {
  expect(await ask(`${base}/good`)).toEqual({ n: 1 });
  expect(await ask(`${base}/empty`)).toBeNull();
  expect(await tell(`${base}/echo`, { a: [1] })).toEqual({ a: [1] });
});

it('passes a refusal on with its code, sentence and detail', async () => {
  const refusal = await refusalOf(ask(`${base}/refused`));
  expect(refusal).toMatchObject({ code: 'STALE', message: 'It has changed.', detail: { version: 2 } });
});

it('calls a page in the place of an answer our side’s fault, good status or not', async () => {
  for (const path of ['/page', '/portal'])
    expect(codeOf(await refusalOf(ask(base + path))), path).toBe('INTRN');
});

it('says that there is no connection when nobody answers or an answer breaks off', async () => {
  for (const address of [`${base}/broken`, 'http://127.0.0.1:9/']) {
    const refusal = await refusalOf(ask(address));
    expect(codeOf(refusal), address).toBe('UNAVL');
    expect(sentenceOf(refusal)).toBe('There’s no connection right now.');
  }
});

it('never takes a fault of the page, or a browser that lacks something, for the line', async () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { timeout } = AbortSignal;
  Reflect.deleteProperty(AbortSignal, 'timeout');
  const missing = await refusalOf(ask(`${base}/good`));
  Object.assign(AbortSignal, { timeout });
  const wrong = await refusalOf(ask('http://['));
  for (const fault of [missing, wrong]) {
    expect(fault).not.toBeInstanceOf(Refused);
    expect(sentenceOf(fault)).toBe('Something went wrong on this page. Reload it to go on.');
  }
  expect(complaint).toHaveBeenCalledTimes(2);
});
