// How the widget's files reach a page of somebody else's: in whatever it is written, and behind whatever it asks of others' files.
import { expect, test, Widget } from './widget-stage.ts';

for (const charset of ['windows-1252', 'shift_jis', 'euc-kr'])
  test(`speaks German on a page that is written in ${charset}`, async ({ page, host, shop }) => {
    const widget = new Widget(page, shop);
    await page.goto(await host({ lang: 'de', charset }));
    await widget.open();
    await expect(widget.launcher).toHaveAccessibleName('Chat schließen');
  });
