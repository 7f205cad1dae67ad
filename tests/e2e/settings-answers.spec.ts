// What the bot knows: written, switched, deleted and brought back, imported with a report, and tried out.
import { baseOf, createTeam, expect, open, ready, test, toast } from './settings-stage.ts';

test('an answer is written with a preview, found, switched off, deleted and brought back', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const base = `${baseOf(team)}/answers`;
  const page = await enter(team.owner);
  await open(page, base);
  await page.getByRole('link', { name: 'Write the first answer' }).click();
  await page.getByLabel('Answer', { exact: true }).fill('Within **14 days**. <img src=x onerror=alert(1)>');
  await expect(page.locator('.bubble strong')).toHaveText('14 days');
  await expect(page.locator('.bubble img')).toHaveCount(0);
  await page.getByRole('button', { name: 'Save answer' }).click();
  await expect(page.getByLabel('Question', { exact: true })).toBeFocused();
  await expect(page.getByRole('alert')).toContainText('Write the question');
  await page.getByLabel('Question', { exact: true }).fill('Can I return a tent?');
  await page.getByRole('button', { name: 'Save answer' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  await expect(page).toHaveURL(base);

  await page.getByRole('link', { name: 'New answer' }).click();
  await page.getByLabel('Question', { exact: true }).fill('can i return a TENT?');
  await page.getByLabel('Answer', { exact: true }).fill('No.');
  await page.getByRole('button', { name: 'Save answer' }).click();
  await expect(page.getByRole('alert')).toContainText('already an answer to this question');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('link', { name: 'Back to all answers' }).click();

  await page.getByLabel('A visitor’s question').fill('how do I return my tent');
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByText('it would say', { exact: false })).toBeVisible();
  await expect(page.locator('.bubble strong')).toHaveText('14 days');

  await page.getByRole('switch', { name: 'Use the answer to “Can I return a tent?”' }).uncheck();
  await expect
    .poll(async () => (await sql`select is_enabled from answers where chatbot_id = ${team.chatbot_id}`)[0])
    .toEqual({ is_enabled: false });
  await page.getByRole('button', { name: 'Ask' }).click();
  await expect(page.getByText('it would say that it does not know')).toBeVisible();

  await page.getByRole('button', { name: 'Delete the answer to “Can I return a tent?”' }).click();
  await expect(page.getByText('No answers yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: 'Can I return a tent?' })).toBeVisible();
  const kept = await sql`select question, is_enabled from answers where chatbot_id = ${team.chatbot_id}`;
  expect([...kept]).toEqual([{ question: 'Can I return a tent?', is_enabled: false }]);
});

test('an import says what it takes, what it leaves out and why', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/answers/import`);
  await page.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('alert')).toContainText('Choose a file');
  await page.getByLabel('File').setInputFiles({
    name: 'answers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'question,answer\n"When, exactly?","At ""nine"",\nevery day"\nEmpty?,\nHow?,So.\u0001\n',
    ),
  });
  await expect(page.getByText('Read as CSV: 2 answers, 1 left out')).toBeVisible();
  await page.getByRole('button', { name: 'Import 2 answers' }).click();
  await expect(page.getByText('1 added, 0 replaced, 2 left out.')).toBeVisible();
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toContainText('The answer is missing.');
  await expect(rows.nth(2)).toContainText('It contains control characters.');
  const kept = await sql`select question, answer from answers where chatbot_id = ${team.chatbot_id}`;
  expect([...kept]).toEqual([{ question: 'When, exactly?', answer: 'At "nine",\nevery day' }]);

  await page.getByLabel('Or its text').fill('## When, exactly?\nAt ten.\n\n## Where?\nHere.');
  await page.getByRole('button', { name: 'Import 2 answers' }).click();
  await expect(page.getByText('1 added, 1 replaced, 0 left out.')).toBeVisible();
});

test('finds answers by any of their words, also those that mean something to a database', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await sql`insert into answers (chatbot_id, question, answer) values
    (${team.chatbot_id}, 'Is it 100% wool?', 'Yes, "pure" wool, (really).'), (${team.chatbot_id}, 'Other', 'No.')`;
  const page = await enter(team.owner);
  for (const words of ['100%', '"pure"', 'wool, (really)', 'WOOL?']) {
    await open(page, `${baseOf(team)}/answers?q=${encodeURIComponent(words)}`);
    await expect(page.getByText('1 answer with'), words).toBeVisible();
  }
  await open(page, `${baseOf(team)}/answers`);
  await page.getByLabel('Search questions and answers').fill('_ther\\');
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('the bot’s key is kept, never shown, and forgotten when the address moves', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/answers/bot`);
  await page.getByLabel('A model of your own').check();
  await page.getByLabel('Base URL').fill('http://models.example.com/v1');
  await page.getByRole('button', { name: 'Save bot' }).click();
  await expect(page.getByText('The address must begin with https://.')).toBeVisible();
  await page.getByLabel('Base URL').fill('https://models.example.com/v1');
  await page.getByLabel('Model', { exact: true }).fill('small');
  await page.getByLabel('API key').fill('sk-very-secret');
  await page.getByRole('button', { name: 'Save bot' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  await expect(page.getByText('A key is stored')).toBeVisible();
  await page.reload();
  expect(await page.content()).not.toContain('sk-very-secret');
  await ready(page);
  await page.getByLabel('Base URL').fill('https://elsewhere.example.com/v1');
  await expect(page.getByText('is forgotten when you save this address')).toBeVisible();
  await page.getByRole('button', { name: 'Save bot' }).click();
  await expect(page.getByText('Kept encrypted and never shown again')).toBeVisible();
  const [bot] = await sql`select api_key_secret_id from bots where chatbot_id = ${team.chatbot_id}`;
  expect(bot!['api_key_secret_id']).toBeNull();
});
