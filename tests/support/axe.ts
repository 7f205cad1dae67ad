// What axe finds in a page. It runs inside the page, in one go: the builder for Playwright opens a second page for each answer,
// which takes several times as long as looking does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from '@playwright/test';
import type axe from 'axe-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Where to look, and for what besides WCAG 2.2 AA. */
export interface Look {
  /** A selector; the whole document, and every frame in it, without one. */
  within?: string;
  /** More of axe's tags. */
  tags?: string[];
}

/** What axe finds by WCAG 2.2 AA on the page as soon as nothing fades or moves any more, as one line per finding. */
export async function accessibilityFindings(page: Page, look: Look = {}): Promise<string[]> {
  for (;;) {
    const frames = look.within ? [page.mainFrame()] : page.frames();
    try {
      const findings = [];
      for (const frame of frames) findings.push(...(await findingsIn(frame, look)));
      return findings;
    } catch (error) {
      // A preview that was made anew meanwhile: its successor is looked at, and everything else again.
      if (!/detached|context was destroyed/.test(String(error))) throw error;
    }
  }
}

/** The same in the light and in the dark, one after the other on the page as it stands: loading it again costs more than looking. */
export async function findingsInBothLights(page: Page): Promise<string[]> {
  const findings: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    findings.push(...(await accessibilityFindings(page)).map((found) => `${colorScheme}: ${found}`));
  }
  return findings;
}

async function findingsIn(frame: Frame, { within, tags = [] }: Look): Promise<string[]> {
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(SOURCE);
  const violations = await frame.evaluate(
    async ({ within, runOnly }) => {
      const { run } = (window as unknown as { axe: typeof axe }).axe;
      // What is half faded in has less contrast than it will have.
      const isPassing = (one: Animation) =>
        one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity;
      for (;;) {
        const passing = document.getAnimations().filter(isPassing);
        if (passing.length === 0) break;
        await Promise.allSettled(passing.map(({ finished }) => finished));
      }
      const found = await run(within ?? document, {
        runOnly,
        resultTypes: ['violations'],
        // Every frame is asked by itself.
        iframes: false,
      });
      return found.violations;
    },
    { within, runOnly: [...WCAG_22_AA, ...tags] },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
  );
}
