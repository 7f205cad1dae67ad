// D5: from the click on a case with 10,000 messages until its last words are painted, at a quarter of the processor's speed,
// against a page that puts all of them into the document.
import type { Page } from '@playwright/test';
import { report, sideBySide, type Variant } from '../harness.ts';
import { median, slope } from '../numbers.ts';
import { clickToPaint, enter, launch, press, throttle } from './browser.ts';
import { deskOf } from './desk.ts';
import { serveNaiveTranscript } from './naive-transcript.ts';
import { LONG_TRANSCRIPTS } from './population.ts';
import type { Stage } from './stage.ts';

const SLOWER = 4;
const REPETITIONS = 3;
/** Other cases that were opened before. */
const WARM_UP = 6;
const FIRST = 'ours, 10,000 messages, the first case after loading the page';

interface Long {
  id: string;
  reference: string;
  messages: number;
  last_message_preview: string;
}

/** D5. */
export async function d5(stage: Stage): Promise<void> {
  const { superuser, chatbots } = stage;
  const cases = await superuser<Long[]>`
    select c.id, c.reference, c.message_count as messages, c.last_message_preview
    from public.conversations c join bench.plan p using (id) where p.i < 0 order by c.message_count`;
  const naive = await serveNaiveTranscript(superuser);
  const browser = await launch();
  try {
    const [desk, plain] = [await enter(browser, stage), await enter(browser, stage)];
    await throttle(plain, SLOWER);
    const slowDown = await throttle(desk, 1);
    const variant = (name: string, open: () => Promise<number>): Variant => ({
      name,
      run: async () => 1000 / (await open()),
    });
    const ours = ({ messages }: Long) => `ours, ${messages} messages`;
    const everything = ({ messages }: Long) => `naive, ${messages} messages`;
    const openNaively = async (found: Long) => {
      await plain.goto(`${naive.url}?id=${found.id}`);
      return await clicked(plain, '#open', found.last_message_preview);
    };
    const atRest = async () => {
      await desk.locator('[data-case]').first().waitFor();
      await desk.waitForLoadState('networkidle');
    };
    /** As the first case after the page was loaded. */
    const openFirst = async (found: Long) => {
      await slowDown(1);
      await desk.goto(`${deskOf(stage, chatbots.largest)}?filter=all&search=${found.reference}`);
      await atRest();
      await slowDown(SLOWER);
      return await clicked(desk, `[data-case="${found.id}"]`, found.last_message_preview);
    };
    /** As one of many cases of a day. */
    const openOurs = async (found: Long) => {
      await slowDown(1);
      await desk.goto(`${deskOf(stage, chatbots.largest)}?filter=all`);
      await atRest();
      for (let index = 0; index < WARM_UP; index += 1) {
        await desk.locator('[data-case]').nth(index).click();
        await desk.locator('[role=log] .item').first().waitFor();
        await desk.waitForLoadState('networkidle');
      }
      await desk.getByRole('searchbox').fill(found.reference);
      await desk.waitForFunction(() => document.querySelectorAll('[data-case]').length === 1);
      await desk.waitForLoadState('networkidle');
      await slowDown(SLOWER);
      return await clicked(desk, `[data-case="${found.id}"]`, found.last_message_preview);
    };
    const long = cases.at(-1)!;
    const { rates, ratio, sameAgainstSame } = await sideBySide(
      [
        variant(everything(long), () => openNaively(long)),
        variant(everything(cases.at(-2)!), () => openNaively(cases.at(-2)!)),
        ...cases.map((found) => variant(ours(found), () => openOurs(found))),
        variant(FIRST, () => openFirst(long)),
      ],
      REPETITIONS,
    );
    const cost = (name: string) => 1 / median(rates[name]!);
    const inDocument = await desk.locator('[role=log] .item').count();
    await report({
      metric: 'D5',
      title: 'opening a transcript of 10,000 messages',
      how: `From the click to the painted last message in Chromium, processor ${SLOWER} times slower; the naive page puts every message into the document.`,
      claims: [{ name: 'ours ÷ all in the page', ratio: ratio(ours(long), everything(long)), reach: 40 }],
      figures: [
        { name: 'ours, 10,000 messages', value: 1000 * cost(ours(long)), unit: 'ms', atMost: 200 },
        { name: FIRST, value: 1000 * cost(FIRST), unit: 'ms' },
        { name: 'all in the page, 10,000 messages', value: 1000 * cost(everything(long)), unit: 'ms' },
        {
          name: 'slope of ours, 1 to 10,000 messages (log-log)',
          value: slope(cases.map((found) => ({ size: found.messages, cost: cost(ours(found)) }))),
          unit: '',
          atMost: 0.05,
        },
        {
          name: 'slope of the naive page, 1,000 to 10,000',
          value: slope(
            cases.slice(-2).map((found) => ({ size: found.messages, cost: cost(everything(found)) })),
          ),
          unit: '',
        },
      ],
      checks: [
        {
          name: `the last message is shown, ${inDocument} of ${LONG_TRANSCRIPTS.at(-1)} are in the document`,
          isTrue: inDocument > 0,
        },
      ],
      sameAgainstSame,
      rates,
    });
  } finally {
    await browser.close();
    naive.stop();
  }
}

async function clicked(page: Page, target: string, last: string): Promise<number> {
  const painted = clickToPaint(page, '[role=log]', last.slice(0, 40));
  await press(page, page.locator(target));
  return await painted;
}
