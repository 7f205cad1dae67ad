// How the widget's files reach a page of somebody else's: in whatever it is written, and behind whatever it asks of others' files.
import { expect, test, Widget } from './widget-stage.ts';

for (const charset of ['windows-1252', 'shift_jis', 'euc-kr'])
  test(`speaks German on a page that is written in ${charset}`, async ({ page, host, shop }) => {
    const widget = new Widget(page, shop);
    await page.goto(await host({ lang: 'de', charset }));
    await widget.open();
    await expect(widget.launcher).toHaveAccessibleName('Chat schließen');
  });

test('comes to a page that takes nothing of others which does not say that it may', async ({
  page,
  host,
  shop,
}) => {
  const headers = {
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  };
  const widget = new Widget(page, shop);
  await page.goto(await host({ headers }));
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
});

test('the launcher is asked for anew, the control now and then, and the parts are kept for ever, for pages of any origin', async ({
  request,
}) => {
  const launcher = await request.get('/widget.js');
  const control = await request.get('/widget/control.js');
  const release = /-(\w{8})\.js/.exec(await control.text())![1];
  const part = await request.get(`/widget/panel-${release}.js`);
  for (const answer of [launcher, control, part]) {
    expect(answer.status()).toBe(200);
    expect(answer.headers()).toMatchObject({
      'access-control-allow-origin': '*',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'accept-encoding',
    });
  }
  expect(launcher.headers()['cache-control']).toBe('no-cache');
  expect(control.headers()['cache-control']).toBe('public, max-age=600, stale-while-revalidate=86400');
  expect(part.headers()['cache-control']).toBe('public, max-age=31536000, immutable');
  const again = await request.get('/widget.js', {
    headers: { 'if-none-match': launcher.headers()['etag']! },
  });
  expect(again.status()).toBe(304);
  const gone = await request.get('/widget/panel-00000000.js');
  expect(gone.status()).toBe(404);
  expect(gone.headers()['cache-control']).toBe('no-store');
});
