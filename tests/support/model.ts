/** Somebody's own model: a server on this machine that speaks the chat completions API, as the test says. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Model {
  /** What a chatbot's settings name as `base_url`. */
  baseUrl: string;
  /** Every request so far, with its body parsed. */
  requests: { authorization: string | undefined; body: ModelRequest }[];
  stop: () => Promise<void>;
}

export interface ModelRequest {
  model: string;
  stream: boolean;
  messages: { role: string; content: string }[];
}

export async function startModel(
  answer: (response: ServerResponse, request: ModelRequest) => void | Promise<void>,
): Promise<Model> {
  const requests: Model['requests'] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as ModelRequest;
      requests.push({ authorization: request.headers.authorization, body });
      void answer(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Writes one piece of a streamed answer. */
export function writePiece(
  response: ServerResponse,
  content: string,
  finish_reason: string | null = null,
): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason }],
  };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}

/** Ends a streamed answer as the API does. */
export function finish(response: ServerResponse): void {
  writePiece(response, '', 'stop');
  response.end('data: [DONE]\n\n');
}
