// R3: the page loses its connection for two seconds while cases arrive; how many of them it shows afterwards, and how soon.
import { report } from '../harness.ts';
import { median } from '../numbers.ts';
import { enter, launch } from './browser.ts';
import { deskOf } from './desk.ts';
import type { Stage } from './stage.ts';

const DROP_MILLISECONDS = 2000;
const CASES = 20;
const ROUNDS = 5;
const GOAL_SECONDS = 5;

/** R3. */
export async function r3(stage: Stage): Promise<void> {
  const { superuser, owner } = stage;
  const [{ id: chatbot = '' } = {}] = await superuser<{ id: string }[]>`
    insert into public.chatbots (owner_id, name) values (${owner.id}, 'Reconnecting') returning id`;
  const browser = await launch();
  try {
    const page = await enter(browser, stage);
    let isDown = false;
    let cut: () => unknown = () => undefined;
    let joins = 0;
    await page.routeWebSocket(/realtime/, async (socket) => {
      if (isDown) return void (await socket.close());
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (String(message).includes('phx_join')) joins += 1;
        server.send(message);
      });
      cut = () => Promise.all([socket.close(), server.close()]);
    });
    await page.goto(deskOf(stage, chatbot));
    const took: number[] = [];
    let shown = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      await page.waitForFunction(
        () => !document.querySelector('[role=status]')?.textContent.includes('econnect'),
      );
      while (joins < round) await page.waitForTimeout(20);
      isDown = true;
      await cut();
      const over = Date.now() + DROP_MILLISECONDS;
      await superuser`
        with made as (
          insert into public.conversations (chatbot_id) select ${chatbot} from generate_series(1, ${CASES}) returning id
        )
        insert into public.escalations (conversation_id, trigger) select id, 'api' from made`;
      await page.waitForTimeout(Math.max(0, over - Date.now()));
      isDown = false;
      const back = Date.now();
      const wanted = String(round * CASES);
      await page
        .locator('[data-pill="unresolved"] .count', { hasText: new RegExp(`^${wanted}$`) })
        .waitFor({ timeout: 60_000 });
      took.push((Date.now() - back) / 1000);
      shown += CASES;
    }
    await report({
      metric: 'R3',
      title: 'after a connection drop of two seconds',
      how: `${CASES} cases arrive while the page has no socket and gets none; seconds from the connection's return until the page counts them all, ${ROUNDS} times. Embedded stack.`,
      claims: [],
      figures: [
        { name: 'changes seen', value: (100 * shown) / (ROUNDS * CASES), unit: '%', atLeast: 100 },
        { name: 'median', value: median(took), unit: 's', atMost: GOAL_SECONDS },
        { name: 'slowest', value: Math.max(...took), unit: 's', atMost: GOAL_SECONDS },
      ],
      checks: [{ name: `all ${ROUNDS * CASES} cases are counted`, isTrue: shown === ROUNDS * CASES }],
      rates: {},
    });
  } finally {
    await browser.close();
  }
}
