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
  await expect(page.getByText('it would say that it doesn’t know')).toBeVisible();

  await page.getByRole('button', { name: 'Delete the answer to “Can I return a tent?”' }).click();
  await expect(page.getByText('No answers yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: 'Can I return a tent?' })).toBeVisible();
  const kept = await sql`select question, is_enabled from answers where chatbot_id = ${team.chatbot_id}`;
  expect([...kept]).toEqual([{ question: 'Can I return a tent?', is_enabled: false }]);
});

test('an import shows what it takes, what it replaces and what it leaves out, before and after', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/answers/import`);
  await page.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('alert')).toContainText('Choose a file');
  const choose = (name: string, bytes: Buffer) =>
    page.getByLabel('File').setInputFiles({ name, mimeType: 'text/csv', buffer: bytes });
  await choose(
    'answers.csv',
    Buffer.from(
      'question,answer\n"When, exactly?","At ""nine"",\nevery day"\nEmpty?,\nHow?,So.\u0001\nWhen?,Yes, now\nİade?,Kolay.\niade?,Zor.\n',
    ),
  );
  await expect(page.getByText('CSV, separated by commas, saved as UTF-8.')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '2 new' })).toContainText(
    '0 replaced, 4 left out.',
  );
  const rows = page.getByRole('table').getByRole('row');
  for (const [index, reason] of [
    'The answer is missing.',
    'It contains control characters.',
    'It has more cells than the first row: “now”.',
    'The same question is in line 7; that one is used.',
  ].entries()) {
    await expect(rows.nth(index + 1)).toContainText(reason);
  }
  await page.getByRole('button', { name: 'Import 2 answers' }).click();
  await expect(page.getByText('2 added, 0 replaced, 4 left out.')).toBeVisible();
  const kept = () =>
    sql`select question, answer from answers where chatbot_id = ${team.chatbot_id} order by question`;
  expect([...(await kept())]).toEqual([
    { question: 'When, exactly?', answer: 'At "nine",\nevery day' },
    { question: 'İade?', answer: 'Kolay.' },
  ]);

  await page
    .getByLabel('Or its text')
    .fill('## WHEN, EXACTLY?\nAt ten.\n\n## iade?\nKolay.\n\n## Where?\nHere.');
  const replaced = page.getByRole('region', { name: '1 answer will be replaced' });
  await expect(replaced.getByRole('deletion')).toHaveText('At "nine",\nevery day');
  await expect(replaced.getByRole('insertion')).toHaveText('At ten.');
  await expect(page.getByText('You already have this answer, word for word.')).toBeVisible();
  // A colleague writes the answer anew before it is replaced: theirs has not been shown.
  await sql`update answers set answer = 'At eight.' where chatbot_id = ${team.chatbot_id} and question = 'When, exactly?'`;
  await page.getByRole('button', { name: 'Import 2 answers' }).click();
  await expect(page.getByText('1 added, 0 replaced, 2 left out.')).toBeVisible();
  await expect(page.getByText('This question has another answer by now.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare again' }).click();
  await expect(replaced.getByRole('deletion')).toHaveText('At eight.');
  await page.getByRole('button', { name: 'Import 1 answer' }).click();
  await expect(page.getByText('0 added, 1 replaced, 2 left out.')).toBeVisible();
  expect((await kept()).map(({ answer }) => answer as string)).toEqual(['At ten.', 'Here.', 'Kolay.']);
});

test('on a phone, the encoding and the columns that a file does not name are chosen, and nothing is cut off', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner, { viewport: { width: 375, height: 800 } });
  await open(page, `${baseOf(team)}/answers/import`);
  const bytes = (text: string) => Buffer.from(Uint8Array.from(text, (one) => one.charCodeAt(0)));
  await page.getByLabel('File').setInputFiles({
    name: 'Themen.csv',
    mimeType: 'text/csv',
    // 80 is the euro sign in Windows-1252 alone, F6 an ö.
    buffer: bytes('Nr;Thema;Text\r\n1;Was kostet es?;5 \x80 f\xfcr Malm\xf6\r\n2;Wann?;Jetzt; gleich\r\n'),
  });
  await expect(page.getByText('saved as Windows-1252, Western European.')).toBeVisible();
  await expect(page.getByRole('cell', { name: '5 € für Malmö' })).toBeVisible();
  await expect(page.getByText('Choose both.')).toBeVisible();
  await page.getByLabel('Column of the questions').selectOption('Thema');
  await page.getByLabel('Column of the answers').selectOption('Text');
  await expect(page.getByText('Not imported: the column Nr.')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: '1 new' })).toContainText(
    '0 replaced, 1 left out.',
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  await page.getByLabel('Encoding').selectOption('Windows-1251, Cyrillic');
  await expect(page.getByRole('cell', { name: '5 Ђ fьr Malmц' })).toBeVisible();
  await page.getByLabel('Encoding').selectOption('Windows-1252, Western European');
  await page.getByRole('button', { name: 'Import 1 answer' }).click();
  await expect(page.getByText('1 added, 0 replaced, 1 left out.')).toBeVisible();
  const kept = await sql`select question, answer from answers where chatbot_id = ${team.chatbot_id}`;
  expect([...kept]).toEqual([{ question: 'Was kostet es?', answer: '5 € für Malmö' }]);
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
  await page.getByLabel('Your own model').check();
  await page.getByLabel('Base URL').fill('http://models.example.com/v1');
  await page.getByRole('button', { name: 'Save bot' }).click();
  await expect(page.getByText('The address must start with https://.')).toBeVisible();
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
  await expect(page.getByText('is deleted when you save this address')).toBeVisible();
  await page.getByRole('button', { name: 'Save bot' }).click();
  await expect(page.getByText('Stored encrypted and never shown again')).toBeVisible();
  const [bot] = await sql`select api_key_secret_id from bots where chatbot_id = ${team.chatbot_id}`;
  expect(bot!['api_key_secret_id']).toBeNull();
});
