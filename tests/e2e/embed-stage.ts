// The stage for stories about pages of other people: a site of another origin whose files a story gives, and bundles for it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Frame, Page } from '@playwright/test';
import { build } from 'esbuild';
import { escalations, expect, test as base, Widget, type Shop } from './widget-stage.ts';

export interface SiteFile {
  body: string | Buffer;
  headers?: Record<string, string>;
  /** The answer is held back until this has come. */
  after?: Promise<unknown>;
}

/** By path; a plain string is a page, or a script where the path ends so. */
export type Site = Record<string, string | SiteFile>;

interface Stage {
  /** Serves the files and answers with the origin, such as `http://localhost:1234`. */
  site: (files: Site) => Promise<string>;
  /** The tag as the dashboard gives it, with other words between `<script` and `src`, or without its settings. */
  tag: (words?: string, data?: string) => string;
  /** What the page says on the console as an error, and what it throws. */
  troubles: string[];
  /** Opens the chat, asks for a person, and finds one request in the database. */
  asksOnce: (page?: Page | Frame) => Promise<void>;
}

export const test = base.extend<Stage>({
  // eslint-disable-next-line no-empty-pattern
  site: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (files) => {
      const server = serve(files);
      servers.push(server);
      await new Promise((resolve) => server.once('listening', resolve));
      return `http://localhost:${(server.address() as AddressInfo).port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
  tag: async ({ stack, shop }, use) => {
    const settings = `data-chatbot="${shop.chatbotId}" data-api="${stack.api_url}"`;
    await use(
      (words = 'async', data = settings) =>
        `<script ${words} src="${stack.app_url}/widget.js" ${data}></script>`,
    );
  },
  troubles: async ({ page }, use) => {
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    await use(troubles);
  },
  asksOnce: async ({ page, shop, sql }, use) => {
    await use(async (place = page) => {
      const widget = widgetIn(place, shop);
      await widget.open();
      await expect(place.locator('handoff-widget')).toHaveCount(1);
      await widget.ask();
      await widget.requestHelp.click();
      await expect(widget.confirmation).toBeVisible();
      expect(await escalations(sql, shop)).toHaveLength(1);
    });
  },
});

export { expect };

/** The widget in a page or in a frame of it. */
export function widgetIn(place: Page | Frame, shop: Shop): Widget {
  return new Widget(place as Page, shop);
}

/** A whole page around what it has in its head and in its body. */
export function html(body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}</head><body>${body}</body></html>`;
}

const CONTENT_TYPES: [RegExp, string][] = [
  [/\.js$/, 'text/javascript; charset=utf-8'],
  [/^/, 'text/html; charset=utf-8'],
];

function serve(files: Site): Server {
  return createServer((request, response) => {
    const path = request.url!.split('?')[0]!;
    const file = files[path];
    // An icon that no page here has is asked for all the same.
    if (file === undefined) return response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    const { body, headers = {}, after } = typeof file === 'string' ? { body: file } : (file as SiteFile);
    const type = CONTENT_TYPES.find(([ending]) => ending.test(path))![1];
    void Promise.resolve(after).then(() => {
      response.writeHead(200, { 'content-type': type, ...headers }).end(body);
    });
    return response;
  }).listen(0, '127.0.0.1');
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a script that imports installed packages; `alias` has another package stand in for one. */
export async function bundle(source: string, alias: Record<string, string> = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root, loader: 'tsx' },
    tsconfigRaw: {},
    bundle: true,
    write: false,
    format: 'esm',
    alias,
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return outputFiles[0]!.text;
}
