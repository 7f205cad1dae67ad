import { createServer } from 'node:http';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { completionsUrl } from './bot-address.ts';
import type { Network } from './bot-fetch.ts';
import { BotFailure, complete } from './openai.ts';
import { MarkFilter, NEEDS_PERSON, promptFor } from './prompt.ts';
import type { Bot } from './prompt.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

const BARE: Bot = {
  kind: 'openai',
  model: 'small',
  base_url: null,
  api_key: null,
  instructions: null,
  history: [],
  candidates: [],
  followups: [],
};

/** A model of somebody's own, which answers as `listener` says. */
async function modelThat(listener: RequestListener): Promise<Bot> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return {
    kind: 'openai',
    base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
    model: 'small',
    api_key: 'sk-test',
    instructions: 'Be kind.',
    history: [
      { role: 'visitor', text: 'Hi' },
      { role: 'system', text: 'Ana' },
      { role: 'agent', text: 'Hello' },
      { role: 'visitor', text: 'When do you open?' },
    ],
    candidates: [
      {
        answer_id: crypto.randomUUID(),
        question: 'Opening hours',
        answer: 'At nine.',
        score: 0.9,
        is_confident: true,
      },
    ],
    followups: [],
  };
}

function events(response: ServerResponse, ...data: (string | object)[]): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const one of data) response.write(`data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
  return response;
}

const piece = (content: string, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason }],
});

async function ask(bot: Bot, silenceMs = 20_000) {
  const heard: string[] = [];
  const draft = await complete(bot, { allowLoopback: true, silenceMs }, (text) => heard.push(text));
  return { ...draft, heard };
}

describe('the network a model is called in', () => {
  const bot = { ...BARE, base_url: 'https://models.example.com:8443/v1' };
  const call = (network: Network) =>
    complete(bot, { allowLoopback: true, silenceMs: 20_000, network }, () => undefined);

  it.each([
    ['10.0.0.1'],
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['93.184.215.14', '192.168.1.1'],
    [],
  ])('is not entered when its name leads to %j', async (...addresses) => {
    const asked: string[] = [];
    const resolve = (name: string) => (asked.push(name), Promise.resolve(addresses));
    await expect(call({ resolve })).rejects.toThrow(new BotFailure('its address leads to no public server'));
    expect(asked).toEqual(['models.example.com']);
  });

  it('would be entered without the check', async () => {
    const resolve = () => Promise.resolve(['127.0.0.1']);
    await expect(call({ resolve, isPublic: () => true })).rejects.toThrow(
      new BotFailure('the connection failed'),
    );
  });

  it('is asked for once per connection: a second answer of DNS is never heard', async () => {
    const answers = [['10.0.0.1'], ['93.184.215.14']];
    const resolve = () => Promise.resolve(answers.shift() ?? []);
    await expect(call({ resolve })).rejects.toThrow(BotFailure);
    expect(answers).toHaveLength(1);
  });
});

describe('a model of one’s own', () => {
  it('is asked with the key, our rules, the owner’s words, what was found, and the history', async () => {
    let asked: { url?: string | undefined; authorization?: string | undefined; body: string } = { body: '' };
    const bot = await modelThat((request, response) => {
      asked = { url: request.url, authorization: request.headers.authorization, body: '' };
      request.on('data', (chunk: Buffer) => (asked.body += chunk.toString()));
      request.on('end', () => events(response, piece('At '), piece('nine.', 'stop'), '[DONE]').end());
    });
    expect(await ask(bot)).toEqual({ text: 'At nine.', suggestHuman: false, heard: ['At ', 'nine.'] });
    expect(asked).toMatchObject({ url: '/v1/chat/completions', authorization: 'Bearer sk-test' });
    const { model, stream, messages } = JSON.parse(asked.body) as Record<string, unknown> & {
      messages: { role: string; content: string }[];
    };
    expect({ model, stream }).toEqual({ model: 'small', stream: true });
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[0]?.content).toMatch(/Be kind\.[\s\S]*Opening hours[\s\S]*At nine\./);
  });

  it.each([
    ['a NUL', 'At\0 nine.', 'At nine.'],
    ['half a character', 'At \ud83d nine.', 'At  nine.'],
    ['a character across the longest length', `${'x'.repeat(7999)}👍`, 'x'.repeat(7999)],
  ])('is kept as something that can be stored, also with %s', async (_what, said, kept) => {
    const bot = await modelThat((_request, response) =>
      events(response, piece(said, 'stop'), '[DONE]').end(),
    );
    expect((await ask(bot)).text).toBe(kept);
  });

  it('may cut characters and lines wherever it likes', async () => {
    const bot = await modelThat((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const bytes = Buffer.from(
        `: hi\r\n\r\ndata: ${JSON.stringify(piece('Größe 👍', 'stop'))}\r\n\r\ndata: [DONE]\r\n\r\n`,
      );
      const writeFrom = (at: number) => {
        if (at >= bytes.length) return void response.end();
        response.write(bytes.subarray(at, at + 7), () => setImmediate(writeFrom, at + 7));
      };
      writeFrom(0);
    });
    expect((await ask(bot)).text).toBe('Größe 👍');
  });

  it('may ignore that a stream was asked for', async () => {
    const bot = await modelThat((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message: { content: 'At nine.' } }] }));
    });
    expect((await ask(bot)).text).toBe('At nine.');
  });

  it('offers a person with a mark that no visitor sees', async () => {
    const bot = await modelThat((_request, response) => {
      events(response, piece('I do not know. [[needs'), piece('-person]]', 'stop'), '[DONE]').end();
    });
    const { text, suggestHuman, heard } = await ask(bot);
    expect({ text, suggestHuman }).toEqual({ text: 'I do not know.', suggestHuman: true });
    expect(heard.join('')).not.toContain('[');
  });

  it('gets no more room than an answer may take', async () => {
    const bot = await modelThat((_request, response) => {
      events(response, ...Array.from({ length: 40 }, () => piece('x'.repeat(500))), '[DONE]').end();
    });
    expect((await ask(bot)).text).toHaveLength(8000);
  });

  it.each<[string, RequestListener]>([
    ['answers 500', (_request, response) => void response.writeHead(500).end('oops')],
    ['answers 401', (_request, response) => void response.writeHead(401).end('{"error":{}}')],
    ['redirects', (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end()],
    ['answers a page', (_request, response) => void response.end('<html>')],
    ['streams garbage', (_request, response) => void events(response, 'garbage').end()],
    [
      'reports an error inside the stream',
      (_request, response) => void events(response, { error: { code: 1 } }).end(),
    ],
    ['answers null', (_request, response) => void events(response, 'null', '[DONE]').end()],
    [
      'answers choices that are none',
      (_request, response) => void events(response, { choices: 7 }, '[DONE]').end(),
    ],
    ['says nothing', (_request, response) => void events(response, piece('  ', 'stop'), '[DONE]').end()],
    ['breaks off', (_request, response) => void events(response, piece('At ni')).end()],
    [
      'is cut off',
      (request, response) => {
        events(response, piece('At ni'));
        setImmediate(() => request.socket.destroy());
      },
    ],
    ['never answers', () => undefined],
    ['stops in the middle', (_request, response) => void events(response, piece('At '))],
  ])('that %s is a failure, soon', async (_what, listener) => {
    const bot = await modelThat(listener);
    await expect(ask(bot, 300)).rejects.toBeInstanceOf(BotFailure);
  });

  it('that drips for ever is a failure as well', async () => {
    const bot = await modelThat((_request, response) => {
      events(response);
      const drip = setInterval(() => response.write(': drip\n\n'), 20);
      response.on('close', () => clearInterval(drip));
    });
    await expect(ask(bot, 100)).rejects.toThrow('silent');
  });
});

describe('the address of a model', () => {
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1/chat/completions'],
    ['https://api.example.com/v1/', 'https://api.example.com/v1/chat/completions'],
    ['https://api.example.com/v1/chat/completions', 'https://api.example.com/v1/chat/completions'],
    [
      'https://models.example.com/chat?api-version=1',
      'https://models.example.com/chat/chat/completions?api-version=1',
    ],
  ])('%s leads to %s', (base, expected) => {
    expect(completionsUrl(base, false)).toBe(expected);
  });

  it.each([
    'http://api.example.com/v1',
    'https://127.0.0.1/v1',
    'https://2130706433/v1',
    'https://0x7f.1/v1',
    'https://[::1]/v1',
    'https://localhost/v1',
    'https://printer.local/v1',
    'https://metadata.google.internal/v1',
    'https://ana:secret@api.example.com/v1',
    'file:///etc/passwd',
    'nonsense',
    '',
    null,
  ])('%s leads nowhere', (base) => {
    expect(completionsUrl(base, false)).toBeNull();
  });

  it('is on this machine only where that is allowed', () => {
    expect(completionsUrl('http://127.0.0.1:8080/v1', true)).toBe(
      'http://127.0.0.1:8080/v1/chat/completions',
    );
    expect(completionsUrl('http://127.0.0.1:8080/v1', false)).toBeNull();
    expect(completionsUrl('http://10.0.0.1:8080/v1', true)).toBeNull();
  });
});

describe('the mark for a person', () => {
  it('is taken out wherever the pieces are cut', () => {
    const text = `Sorry [[ ${NEEDS_PERSON}`;
    for (let cut = 0; cut <= text.length; cut++) {
      const filter = new MarkFilter();
      const shown = filter.push(text.slice(0, cut)) + filter.push(text.slice(cut)) + filter.end();
      expect({ shown, wasSeen: filter.wasSeen }).toEqual({ shown: 'Sorry [[ ', wasSeen: true });
    }
  });

  it('leaves alone what only looks like it', () => {
    const filter = new MarkFilter();
    expect(filter.push('a [[needs') + filter.push(' b') + filter.push(' [') + filter.end()).toBe(
      'a [[needs b [',
    );
    expect(filter.wasSeen).toBe(false);
  });

  it('is explained to the model', () => {
    const bot: Bot = {
      kind: 'openai',
      base_url: null,
      model: null,
      api_key: null,
      instructions: null,
      history: [],
      candidates: [],
      followups: [],
    };
    expect(promptFor(bot)[0]?.content).toContain(NEEDS_PERSON);
  });
});
