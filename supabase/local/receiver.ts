// `npm run receiver`: a webhook receiver to watch. It adds itself as an endpoint of the demo chatbot of the stack that runs
// here, checks every signature with the published Standard Webhooks library, prints what came, and removes itself on Ctrl-C.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createClient } from '@supabase/supabase-js';
import { Webhook } from 'standardwebhooks';
import ws from 'ws';
import { projectDir } from './config.ts';

const BODY_MAX_BYTES = 1_000_000;

interface RunningStack {
  api_url: string;
  publishable_key: string;
  demo: { email: string; password: string; chatbot_id: string };
}

/** Listens until Ctrl-C. Throws a sentence when no stack runs here. */
export async function receive(): Promise<void> {
  const stack = readStack();
  const db = createClient(stack.api_url, stack.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  const { error: refused } = await db.auth.signInWithPassword(stack.demo);
  if (refused) throw new Error(`The demo owner cannot sign in: ${refused.message}`);

  // The secret is known only once the endpoint is added, and that needs the address of the listening server.
  const signing: { webhook?: Webhook } = {};
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const isGenuine = signing.webhook !== undefined && verifies(signing.webhook, body, request);
      response.writeHead(isGenuine ? 204 : 401).end();
      console.info(describe(body, request, isGenuine));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const { data: endpoint, error } = await db.rpc('add_webhook_endpoint', {
    chatbot_id: stack.demo.chatbot_id,
    url,
    events: [
      'conversation.escalated',
      'message.sent',
      'conversation.handed_back',
      'conversation.resolved',
      'conversation.reopened',
      'lead.captured',
    ],
    description: 'npm run receiver',
  });
  if (error) throw new Error(`The endpoint could not be added: ${error.message}`);
  signing.webhook = new Webhook((endpoint as { secret: string }).secret);
  console.info(
    `\n  Waiting for signed webhooks of the demo chatbot at ${url}. Ctrl-C removes the endpoint again.\n`,
  );

  const end = async () => {
    await db.rpc('delete_webhook_endpoint', { id: (endpoint as { id: string }).id });
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
}

function readStack(): RunningStack {
  const stateDir = process.env['HANDOFF_STATE_DIR'] ?? join(projectDir, 'supabase/.temp');
  try {
    return JSON.parse(readFileSync(join(stateDir, 'stack.json'), 'utf8')) as RunningStack;
  } catch {
    throw new Error('No stack runs here: start one with npm start, in another terminal.');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function verifies(webhook: Webhook, body: string, request: IncomingMessage): boolean {
  try {
    webhook.verify(body, request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function describe(body: string, request: IncomingMessage, isGenuine: boolean): string {
  const time = new Date().toLocaleTimeString('en-GB');
  const verdict = isGenuine ? 'signature verified' : 'SIGNATURE REFUSED';
  let shown = body;
  let answer = '';
  try {
    const parsed = JSON.parse(body) as Event;
    shown = JSON.stringify(parsed, null, 2);
    answer = answerIn(parsed);
  } catch {
    // Whatever it is, it is shown as it came.
  }
  return `  ${time}  ${verdict}  webhook-id ${request.headers['webhook-id'] ?? 'none'}\n${answer}${shown.replace(/^/gm, '  ')}\n`;
}

interface Event {
  event?: string;
  data?: { author?: string | null; text?: string; session_id?: string };
}

/** What a person said, as a bot would hand it on, ahead of the JSON it came in. */
function answerIn({ event, data }: Event): string {
  if (event !== 'message.sent' || !data) return '';
  const words = String(data.text ?? '').replace(/\p{Cc}(?<![\n\t])/gu, '');
  return `\n  ${data.author ?? 'A person'} answers ${data.session_id ?? ''}:\n${words.replace(/^/gm, '  │ ')}\n\n`;
}
