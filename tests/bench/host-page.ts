// A page of somebody else's that does some work of its own, in slices, and then embeds the widget or does not.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A shop's page: ten shelves of ten boots, each built and laid out in a task of its own. */
const OWN_WORK = `
  const boot = (number) => {
    const card = document.createElement('article');
    card.innerHTML = '<h2>Boot ' + number + '</h2><p>Warm, dry and quick to put on.</p><button>Buy</button>';
    return card;
  };
  async function build() {
    for (let shelf = 0; shelf < 10; shelf++) {
      const section = document.createElement('section');
      for (let place = 0; place < 10; place++) section.append(boot(shelf * 10 + place));
      document.body.append(section);
      section.getBoundingClientRect();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }`;

/** `/` embeds the widget when the page's own work is done, `/bare` does not. */
export async function servePages(api: string, chatbot: string) {
  const embed = `const script = document.createElement('script');
    Object.assign(script.dataset, { chatbot: '${chatbot}', api: '${api}' });
    script.src = '/widget.js';
    document.head.append(script);`;
  const page = (then: string) => `<!doctype html><meta charset="utf-8"><title>Host</title>
    <style>section { display: grid; grid-template-columns: repeat(5, 1fr) }</style>
    <h1>Boots</h1><script>${OWN_WORK}
    addEventListener('go', async () => {
      await build();
      ${then}
      document.documentElement.dataset.done = 'true';
    }, true)</script>`;
  const server = createServer(({ url = '/' }, response) => {
    const isScript = /^\/widget[\w/.-]*\.js$/.test(url);
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(join('dist', url)) : page(url === '/bare' ? '' : embed));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
