// What a team shows to somebody who doesn't want to believe it: a pack is downloaded from a case and from the page of proofs, and checked
// in the browser of whoever got it.
import { readFile, writeFile } from 'node:fs/promises';
import { converse, createTeam, expect, openDesk, test } from './dashboard-stage.ts';
import { baseOf } from './settings-stage.ts';
import { readZip } from '../../src/lib/proof/handoff-verify.mjs';

test('a team takes out the evidence of a case, and a stranger checks it without an account', async ({
  enter,
  stack,
  sql,
  browser,
}, info) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  const conv = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  await openDesk(page, `${team.desk}?conv=${conv}`);
  await page.getByRole('button', { name: 'More' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Evidence pack (ZIP)' }).click();
  const path = info.outputPath('pack.zip');
  await (await download).saveAs(path);
  expect([...(await readZip(await readFile(path))).keys()]).toContain('manifest.json');

  const stranger = await (await browser.newContext({ baseURL: stack.app_url })).newPage();
  await stranger.goto('/verify');
  const asked: string[] = [];
  // The page's own files may still be coming.
  stranger.on('request', (request) => {
    if (request.method() !== 'GET' || !request.url().includes('/_app/immutable/')) asked.push(request.url());
  });
  await stranger.getByLabel('Evidence pack (ZIP)', { exact: true }).setInputFiles(path);
  await expect(stranger.getByRole('status')).toContainText('Everything fits');
  await expect(stranger.getByText('Checked against the key that is in the pack itself.')).toBeVisible();

  await stranger.getByLabel('Public key of the sender (optional)').fill('ab'.repeat(32));
  await expect(stranger.getByRole('status')).toContainText('not as it was');
  await expect(stranger.getByText('It was signed with a key that is not yours.')).toBeVisible();
  await stranger.getByLabel('Public key of the sender (optional)').fill('ab');
  await expect(stranger.getByText('A public key has 64 hexadecimal digits.')).toBeVisible();
  await stranger.getByLabel('Public key of the sender (optional)').fill('');

  const broken = info.outputPath('broken.zip');
  await writeFile(broken, (await readFile(path)).subarray(0, 200));
  await stranger.getByLabel('Evidence pack (ZIP)', { exact: true }).setInputFiles(broken);
  await expect(stranger.getByRole('status')).toContainText('This is not a ZIP file.');
  expect(asked).toEqual([]);
  await stranger.context().close();
});

test('the page of proofs gives a pack for a period, the seals and the key', async ({
  enter,
  stack,
  sql,
}, info) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  const conv = await converse(sql, team.chatbot_id, { name: 'Ida' });
  await page.goto(`${baseOf(team)}/proof`);
  await expect(page.getByText('The first seal is made tonight.')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const path = info.outputPath('period.zip');
  await (await download).saveAs(path);
  const manifest = JSON.parse(
    Buffer.from((await readZip(await readFile(path))).get('manifest.json')!).toString(),
  ) as {
    cases: { conversation: string }[];
  };
  expect(manifest.cases.map(({ conversation }) => conversation)).toEqual([conv]);

  await sql`select private.seal(${team.chatbot_id})`;
  await page.reload();
  await expect(page.getByRole('row', { name: /1 case/ })).toBeVisible();
  await expect(page.locator('code').first()).toHaveText(/^[\da-f]{64}$/);

  await page.goto(`${baseOf(team)}/proof/evidence.zip?from=2026-02-01&until=2026-01-01`);
  await expect(page.getByText('Choose a first day, and a last day that is not before it.')).toBeVisible();
});
