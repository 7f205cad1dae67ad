// The scene of one story in one engine: a stack, a team and a chatbot that nobody else uses, a page of another origin that embeds the
// widget, and browsers of this engine. Everything is gone when the story ends.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { createTeam, type Team } from '../e2e/dashboard-stage.ts';
import type { StackFile } from '../e2e/story.ts';
import { makeShop, serveHost, type HostPage, type Shop } from '../e2e/widget-stage.ts';
import type { Ability, Engine } from './driver.ts';
import { Page } from './page.ts';
import { temporaryFolder, until } from './program.ts';

/** What is told, once for all engines. */
export interface Story {
  name: string;
  of: 'visitor' | 'desk';
  /** What the driver must be able to do. */
  needs?: Ability[];
  /** Told where the dashboard is not expected to work, and only there. */
  isBelowFloor?: boolean;
  tell: (stage: Stage) => Promise<void>;
}

export interface Stage {
  stack: StackFile;
  sql: Sql;
  shop: () => Promise<Shop>;
  team: () => Promise<Team>;
  /** Serves a page that embeds the widget; its address. */
  host: (shop: Shop, page?: HostPage) => Promise<string>;
  /** A browser of its own. */
  page: (options?: { isDark?: boolean }) => Promise<Page>;
  /** The text of the next file that has been downloaded. */
  downloaded: () => Promise<string>;
}

/** Tells a story; on its way to failing it leaves a picture of each window. */
export async function tell(story: Story, engine: Engine, stack: StackFile, pictures: string): Promise<void> {
  const sql = postgres(stack.db_url, { max: 2, onnotice: () => undefined });
  const servers: Server[] = [];
  const pages: Page[] = [];
  const downloads = temporaryFolder('downloads');
  const read = new Set<string>();
  const stage: Stage = {
    stack,
    sql,
    shop: () => makeShop(sql),
    team: () => createTeam(stack, sql),
    async host(shop, page = {}) {
      const server = serveHost(stack, shop, page);
      servers.push(server);
      if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
      return `http://localhost:${(server.address() as AddressInfo).port}/`;
    },
    async page({ isDark = false } = {}) {
      const page = new Page(await engine.window({ isDark, downloads: downloads.path }));
      pages.push(page);
      return page;
    },
    async downloaded() {
      const name = await until('another CSV file in the folder of downloads', () => {
        const names = readdirSync(downloads.path);
        const isUnderWay = names.some((one) => /\.(part|crdownload|wkdownload)$/.test(one));
        return !isUnderWay && names.find((one) => one.endsWith('.csv') && !read.has(one));
      });
      read.add(name);
      return readFileSync(join(downloads.path, name), 'utf8');
    },
  };
  try {
    await story.tell(stage);
  } catch (error) {
    mkdirSync(pictures, { recursive: true });
    for (const [index, page] of pages.entries()) {
      const file = join(pictures, `${engine.id}-${story.name.replace(/\W+/g, '-')}-${index + 1}.png`);
      await page.tab.picture(file).catch(() => undefined);
    }
    throw error;
  } finally {
    for (const page of pages) await page.tab.close().catch((error: Error) => console.warn(error.message));
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    downloads.remove();
    await sql.end();
  }
}
