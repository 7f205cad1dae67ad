// A chat that stays open over midnight: what was said is told with its day as soon as that is over, whatever else happens.
import { asMember, escalations, expect, test } from './widget-stage.ts';

// Where it is noon by now: hours away from a midnight, and in most of the world's hours from another one than that of UTC.
const west = new Date().getUTCHours() - 12;
test.use({ timezoneId: `Etc/GMT${west < 0 ? '' : '+'}${west}`, locale: 'en-US' });

const TODAY = /^(12|1):\d\d\sPM$/;
const YESTERDAY = /^[A-Z]\w\w \d{1,2}, (12|1):\d\d\sPM$/;

for (const wakes of ['by itself', 'when somebody comes back to a machine that slept']) {
  test(`times of a day that is over are told with it, ${wakes}`, async ({
    widget,
    page,
    context,
    shop,
    sql,
    stack,
  }) => {
    await page.clock.install();
    await widget.visit();
    await widget.open();
    await widget.ask();
    await widget.requestHelp.click();
    await expect(widget.confirmation).toBeVisible();
    const [asked] = await escalations(sql, shop);
    await asMember(sql, shop.ownerId, (own) => own`select public.open_case(${asked!['conversation_id']})`);
    const times = widget.log.locator('time');
    const opened = widget.log.getByText('Opened by a person at');
    await expect(opened).toBeVisible();
    // Nothing that is read may draw it again.
    await context.route(`${stack.api_url}/functions/v1/widget/**`, (route) => route.abort());
    await expect(widget.panel.getByText('No connection.')).toBeVisible();

    await page.clock.fastForward('11:00:00');
    await expect(times).toHaveText([TODAY, TODAY]);
    if (wakes === 'by itself') await page.clock.fastForward('01:00:00');
    else {
      // A clock that jumps wakes nobody.
      await page.clock.setSystemTime(Date.now() + 12 * 3_600_000);
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    }
    await expect(times).toHaveText([YESTERDAY, YESTERDAY]);
    await expect(opened).toHaveText(/ at [A-Z]\w\w \d{1,2}, (12|1):\d\d\sPM$/);
    // Who listens has heard it already.
    await expect(widget.log.locator('[aria-live="off"] time')).toHaveCount(2);
  });
}
