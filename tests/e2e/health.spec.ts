// The health page of a chatbot: what a member reads when something is wrong, and how an address that bounced gets mail again.
import { createTeam, expect, findingsInBothLights, test } from './dashboard-stage.ts';

test('a member reads what is broken and how it is mended, and lifts the block on an address', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const address = `bounced-${team.chatbot_id}@shop.example`;
  await team.owner.db.rpc('save_human_support', {
    chatbot_id: team.chatbot_id,
    settings: {},
    recipients: [address],
  });
  await sql`insert into private.suppressed_addresses (email, reason) values (${address}, 'HardBounce')`;

  const page = await enter(team.owner);
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/members`);
  await page.getByRole('link', { name: 'Health' }).click();
  const line = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
  await expect(line('Live updates')).toContainText(/From the database to a web socket in \d+ ms\./);
  await expect(line('Database and migrations')).toContainText('Fine');
  await expect(line('App')).toContainText(`It answers at ${stack.app_url}.`);
  await expect(line('Sign-up')).toContainText('Broken');
  const addresses = line('Addresses');
  await expect(addresses).toContainText(`${address} gets no mail (HardBounce).`);
  expect(await findingsInBothLights(page)).toEqual([]);

  await page.setViewportSize({ width: 375, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  const lift = page.getByRole('button', { name: `Lift ${address}` });
  await lift.focus();
  await page.keyboard.press('Enter');
  await expect(addresses).toContainText('Everybody who is told can be reached.');
  await expect(lift).toHaveCount(0);
  expect(await sql`select from private.suppressed_addresses where email = ${address}`).toHaveLength(0);
});

test('an agent reads the same and changes nothing', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  await sql`insert into private.suppressed_addresses (email, reason) values (lower(${team.owner.email}), 'SpamComplaint')`;
  const page = await enter(team.agent);
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/health`);
  await expect(
    page.getByText(`${team.owner.email.toLowerCase()} gets no mail (SpamComplaint).`),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: /^Lift/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Check again' })).toBeEnabled();
});
