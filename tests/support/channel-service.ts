// A service of the kind that channels speak to, on a port of its own: it answers as the real one is documented to, and what it was
// told is kept. It is called as in earnest, by the one poster that may call customers' addresses.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Channel,
  Notice,
  Settings,
  Verdict,
  Words,
} from '../../supabase/functions/_shared/channels/channel.ts';
import { createSafePost } from '../../supabase/functions/dispatch/safe-post.ts';

export interface Told {
  /** The address as it would have been called. */
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  body: Words;
}

export interface Said {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What visitors type to mention everybody, to look like us, to format, and to turn the text around. */
export const HOSTILE =
  '<!channel> <!here|here> <!everyone> @everyone @here @channel @all <@U024BE7LH> <@&1> <users/all> <at>All</at> ' +
  '[our page](https://evil.example/login) <https://evil.example|ours> **b** _i_ ~s~ `c` ```x``` # h :tada: ~town-square /start ' +
  '<b>bold</b> & \u202egnp.exe\u202c \u2067x\u2069 \u200f\n> quote\n- list';

/** A notice whose parts can be replaced. */
export function notice(parts: Partial<Notice> = {}): Notice {
  return {
    kind: 'escalated',
    chatbot: 'Northpine',
    reference: 'HO-7K2M',
    question: 'Where is my parcel?',
    escalated_at: '2026-11-30T09:15:00.000Z',
    waiting_minutes: 0,
    count: 1,
    by: null,
    url: 'https://desk.example.com/c/1',
    incident: 'b6f7a0d2',
    ...parts,
  };
}

/** Tells a service of something and has its answer judged. */
export async function tell(
  channel: Channel,
  settings: Settings,
  of: Notice,
  answer: (told: Told) => Said,
): Promise<{ told: Told; verdict: Verdict }> {
  const words = channel.words(of);
  if (!words) throw new Error(`It is not told of “${of.kind}”.`);
  const { url, headers, body } = channel.send(settings, words);
  let told: Told | null = null;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const json = JSON.parse(Buffer.concat(chunks).toString()) as Words;
      told = { url: new URL(url), headers: request.headers, body: json };
      const said = answer(told);
      const text = typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? '');
      response.writeHead(said.status, said.headers).end(said.status === 204 ? undefined : text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { pathname, search } = new URL(url);
    const result = await createSafePost({ allowLoopback: true })({
      url: here + pathname + search,
      headers,
      body,
    });
    if (!told) throw new Error('Nothing arrived.');
    return { told, verdict: channel.judge(result) };
  } finally {
    server.close();
  }
}

/**
 * A Slack for stories in a browser: it knows the webhooks of one workspace, T0001, and tells with a GET what it was told, path and body
 * of each message.
 */
export async function startSlack(): Promise<{ origin: string; stop: () => Promise<void> }> {
  const told: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const isKnown = path.startsWith('/services/T0001/');
      if (isKnown) told.push({ path, body: Buffer.concat(chunks).toString() });
      response.writeHead(isKnown ? 200 : 404).end(isKnown ? 'ok' : 'no_service');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Every text in a body, however deep. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** What a reader sees of an escaped text: the words alone. */
export function read(text: string): string {
  return text.replace(/\u2060/g, '').replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
