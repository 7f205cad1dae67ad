// A chat that stays open over midnight: what was said is told with its day as soon as that is over, whatever else happens.
import { asMember, escalations, expect, test } from './widget-stage.ts';

// Where it is noon by now, give or take half an hour: hours away from a midnight, and mostly from another one than that of UTC.
const west = new Date(Date.now() + 30 * 60_000).getUTCHours() - 12;
test.use({ timezoneId: `Etc/GMT${west < 0 ? '' : '+'}${west}`, locale: 'en-US' });

const TODAY = /^(11|12|1):\d\d\s[AP]M$/;
const YESTERDAY = /^[A-Z]\w\w \d{1,2}, (11|12|1):\d\d\s[AP]M$/;

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
    await expect(widget.panel.locator('.offline')).toContainText('No connection.');

    await page.clock.runFor(2_000);
    const said = (await widget.voice.textContent())!;

    await page.clock.fastForward('11:00:00');
    await expect(times).toHaveText([TODAY, TODAY]);
    if (wakes === 'by itself') await page.clock.fastForward('02:00:00');
    else {
      // A clock that jumps wakes nobody.
      await page.clock.setSystemTime(Date.now() + 13 * 3_600_000);
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    }
    await expect(times).toHaveText([YESTERDAY, YESTERDAY]);
    await expect(opened).toHaveText(/ at [A-Z]\w\w \d{1,2}, (11|12|1):\d\d\s[AP]M$/);
    // Who listens has heard it already.
    await expect(widget.voice).toHaveText(said);
  });
}
