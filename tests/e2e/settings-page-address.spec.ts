// The address of the page a visitor wrote from: what follows its question mark may be a secret, so only what the owner has named
// reaches the team.
import {
  baseOf,
  createTeam,
  escalations,
  expect,
  HOSTILE,
  open,
  row,
  test,
  toast,
  Widget,
} from './seed-stage.ts';

test('the owner names a parameter of the page’s address: it stays, a token beside it never leaves the visitor’s browser', async ({
  enter,
  host,
  page,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const owner = await enter(team.owner);
  await open(owner, `${baseOf(team)}/embed/install`);
  const names = owner.getByLabel('Parameters to keep');
  const save = owner.getByRole('button', { name: 'Save parameters' });
  await names.fill('sku\nsku=42');
  await save.click();
  await expect(owner.getByRole('alert')).toContainText('“sku=42” isn’t a parameter name');
  await names.fill('sku\nutm_source');
  await save.click();
  await expect(toast(owner, 'Saved.')).toBeVisible();
  await owner.reload();
  await expect(names).toHaveValue('sku\nutm_source');

  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  const address = await host({ css: HOSTILE, chatbot: team.chatbot_id });
  await page.goto(`${address}boots/?token=s3cret&sku=42&utm_source=letter&email=ana%40shop.example#s3cret`);
  const widget = new Widget(page, { chatbotId: team.chatbot_id });
  await widget.open();
  await widget.say('Where is my order?');
  await expect(widget.requestHelp).toHaveCount(1);
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const kept = `${address}boots/?sku=42&utm_source=letter`;
  const calls = sent.filter((call) => call.startsWith(stack.api_url));
  expect(calls.some((call) => call.includes('/sessions'))).toBe(true);
  expect(calls.filter((call) => call.includes('s3cret') || call.includes('ana%40'))).toEqual([]);

  const [asked] = await escalations(sql, { chatbotId: team.chatbot_id });
  await owner.goto(team.desk);
  await row(owner, asked!['conversation_id'] as string).click();
  await owner.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await expect(owner.getByRole('link', { name: kept, exact: true })).toHaveAttribute('href', kept);
  await expect(owner.getByText('s3cret')).toHaveCount(0);
});

test('without a name the team sees the path alone', async ({ enter, host, page, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const address = await host({ chatbot: team.chatbot_id });
  await page.goto(`${address}boots/?token=s3cret&sku=42`);
  const widget = new Widget(page, { chatbotId: team.chatbot_id });
  await widget.open();
  await widget.say('Where is my order?');
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const [asked] = await escalations(sql, { chatbotId: team.chatbot_id });
  const agent = await enter(team.agent);
  await agent.goto(team.desk);
  await row(agent, asked!['conversation_id'] as string).click();
  await agent.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await expect(agent.getByRole('link', { name: `${address}boots/`, exact: true })).toBeVisible();
});
