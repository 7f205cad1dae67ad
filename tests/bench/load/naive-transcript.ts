// The transcript as it is written first: all messages asked for at once, each made into markup and put on the page.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Sql } from 'postgres';

const MARKED = readFileSync(fileURLToPath(import.meta.resolve('marked')), 'utf8');

const PAGE = `<!doctype html><meta charset="utf-8"><title>Naive</title>
<style>
  body { font: 14px/1.5 system-ui; margin: 0; display: grid; grid-template-columns: 300px 1fr; height: 100vh; }
  #log { overflow-y: auto; display: flex; flex-direction: column; gap: 8px; padding: 16px; }
  .message { max-width: 70%; padding: 8px 12px; border-radius: 12px; background: #eee; }
  .message.assistant { align-self: flex-end; background: #dbe7ff; }
  .message header { display: flex; justify-content: space-between; gap: 12px; font-size: 12px; color: #555; }
</style>
<button id="open">Open</button><div id="log" role="log"></div>
<script type="module">
  import { marked } from '/marked.js';
  document.querySelector('#open').addEventListener('click', async () => {
    const messages = await (await fetch('/messages' + location.search)).json();
    const log = document.querySelector('#log');
    for (const { role, text, created_at } of messages) {
      const item = document.createElement('article');
      item.className = 'message ' + role;
      item.innerHTML = '<header><b></b><time></time></header><div></div>';
      item.querySelector('b').textContent = role === 'visitor' ? 'Visitor' : 'Assistant';
      item.querySelector('time').textContent = new Date(created_at).toLocaleString('en-GB', { timeZone: 'Europe/Berlin' });
      item.lastChild.innerHTML = marked.parse(text);
      log.append(item);
    }
    log.scrollTop = log.scrollHeight;
  });
</script>`;

/** Serves it; `?id=` names the conversation. */
export async function serveNaiveTranscript(superuser: Sql): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://naive');
    if (pathname === '/marked.js')
      return void response.setHeader('content-type', 'text/javascript').end(MARKED);
    if (pathname === '/') return void response.setHeader('content-type', 'text/html').end(PAGE);
    if (pathname !== '/messages') return void response.writeHead(404).end();
    const id = searchParams.get('id') ?? '';
    void superuser`select role, text, created_at from public.messages where conversation_id = ${id} order by seq`.then(
      (messages) => response.setHeader('content-type', 'application/json').end(JSON.stringify(messages)),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => server.close() };
}
