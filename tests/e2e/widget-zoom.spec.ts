// Pinch zoom on phone and tablet: the visitor looks at a part of the page more closely, and nothing on it moves.
import { devices } from '@playwright/test';
import { expect, test, Widget } from './widget-stage.ts';

const { viewport: phone, ...pixel } = devices['Pixel 7'];
const { viewport: tablet } = devices['Galaxy Tab S9'];

for (const [name, viewport] of [
  ['a phone, where it covers the screen', phone],
  ['a tablet, where it stands beside the page', tablet],
] as const) {
  test.describe(() => {
    const { userAgent, deviceScaleFactor, isMobile, hasTouch } = pixel;
    test.use({ userAgent, deviceScaleFactor, isMobile, hasTouch, viewport });

    test(`the open panel stays where it is while the page is zoomed, on ${name}`, async ({
      page,
      host,
      shop,
    }) => {
      const widget = new Widget(page, shop);
      await page.goto(await host());
      await widget.open();
      await widget.ask();
      await widget.input.tap();
      // In px of the layout, which zooming leaves alone.
      const place = () =>
        widget.panel.evaluate((panel) => {
          const { x, y, width, height } = panel.getBoundingClientRect();
          return [x, y, width, height].map(Math.round);
        });
      const before = await place();
      const devtools = await page.context().newCDPSession(page);
      const zoom = async (factor: number) => {
        await devtools.send('Emulation.setPageScaleFactor', { pageScaleFactor: factor });
        await expect.poll(() => page.evaluate(() => visualViewport!.scale)).toBeCloseTo(factor, 1);
        // The panel follows the visual viewport's events, which come with a frame.
        await page.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
        );
      };
      for (const factor of [2, 3.5, 1]) {
        await zoom(factor);
        expect(await place(), `zoomed by ${factor}`).toEqual(before);
      }
      await widget.input.fill('Still here');
      await expect(widget.input).toHaveValue('Still here');
    });
  });
}
