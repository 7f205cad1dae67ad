// What leaves the house as a file: the whole transcript and exactly the list that is shown, with nothing a spreadsheet would run.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { recover } from '../../src/lib/csv.ts';
import { rowsOf, unzip } from '../support/xlsx.ts';
import { converse, createTeam, expect, openDesk, row, say, test } from './dashboard-stage.ts';

/** Reads RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((cells) => cells.length > 1);
}

async function download(page: Page, start: () => Promise<unknown>): Promise<string> {
  const [found] = await Promise.all([page.waitForEvent('download'), start()]);
  return readFile(await found.path(), 'utf8');
}

async function exportAs(page: Page, format: 'CSV' | 'Excel (.xlsx)') {
  await page.getByRole('button', { name: 'Export this list' }).click();
  await page.getByRole('menuitem', { name: format }).click();
}

test('a transcript is exported whole, with UTC and local times, and neutralised', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, {
    name: '=cmd',
    question: '=HYPERLINK("http://evil.example")',
  });
  await say(sql, id, 'Two\nlines, "quoted"');
  const page = await enter(team.agent, { timezoneId: 'Asia/Tokyo' });
  await openDesk(page, `${team.desk}?conv=${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  const text = await download(page, () =>
    page.getByRole('menuitem', { name: 'Export transcript (CSV)' }).click(),
  );
  expect(text.startsWith('\uFEFF')).toBe(true);
  const [header = [], ...rows] = parse(text.slice(1));
  expect(header).toEqual(expect.arrayContaining(['sent_at_utc', 'sent_at_local', 'time_zone']));
  const column = (name: string) => rows.map((cells) => cells[header.indexOf(name)] ?? '');
  expect(column('role')).toEqual(['visitor', 'assistant', 'visitor']);
  expect(column('text')[0]).toBe('\'=HYPERLINK("http://evil.example")');
  expect(column('text').map(recover)).toEqual([
    '=HYPERLINK("http://evil.example")',
    'On its **way**.',
    'Two\nlines, "quoted"',
  ]);
  const [utc = ''] = column('sent_at_utc');
  const [local = ''] = column('sent_at_local');
  expect(column('time_zone')).toEqual(['Asia/Tokyo', 'Asia/Tokyo', 'Asia/Tokyo']);
  expect(utc).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(Date.parse(`${local}+09:00`)).toBe(Date.parse(`${utc}Z`));
  await expect(async () => {
    const [{ n } = { n: 0 }] = await sql<{ n: number }[]>`
      select count(*)::int as n from timeline_entries where conversation_id = ${id} and type = 'conversation.exported'`;
    expect(n).toBe(1);
  }).toPass();
});

test('the list is exported as it is shown, beyond one page', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Edda Export' });
  await sql`with made as (
      insert into conversations (chatbot_id, visitor_name) select ${team.chatbot_id}, '+' || n from generate_series(1, 1200) n returning id)
    insert into escalations (conversation_id, trigger) select id, 'api' from made`;
  await sql`update escalations set status = 'resolved' where conversation_id = ${id}`;
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const [header = [], ...rows] = parse((await download(page, () => exportAs(page, 'CSV'))).slice(1));
  expect(rows).toHaveLength(1200);
  expect(new Set(rows.map((cells) => cells[header.indexOf('conversation_id')])).size).toBe(1200);
  expect(rows.every((cells) => cells[header.indexOf('visitor_name')]?.startsWith("'+"))).toBe(true);
  await page.locator('[data-pill="resolved"]').click();
  await expect(row(page, id)).toBeVisible();
  const resolved = parse((await download(page, () => exportAs(page, 'CSV'))).slice(1)).slice(1);
  expect(resolved.map((cells) => cells[header.indexOf('visitor_name')])).toEqual(['Edda Export']);
  const noted = () => sql`
    select sum(cardinality(conversation_ids))::int as n from private.list_exports where chatbot_id = ${team.chatbot_id}`;
  await expect.poll(noted).toEqual([{ n: 1201 }]);
  await row(page, id).click();
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByText('Ana Agent exported a list with this case')).toBeVisible();
});

/** Lets the first of these exports through piece by piece, as a slow line would. */
async function slowLine(page: Page, rows: number, isBroken: boolean) {
  await page.addInitScript(
    ({ rows, isBroken }) => {
      const quick = window.fetch;
      window.fetch = async (...question) => {
        const answer = await quick(...question);
        if (!answer.url.includes('/export.csv')) return answer;
        const text = await answer.text();
        const lines = text.split('\r\n');
        let isFirst = true;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            if (isFirst) {
              isFirst = false;
              controller.enqueue(new TextEncoder().encode(`${lines.slice(0, rows + 1).join('\r\n')}\r\n`));
            } else if (isBroken) controller.error(new TypeError('network error'));
            else
              return new Promise((_resolve, reject) =>
                question[1]?.signal?.addEventListener('abort', () => {
                  controller.error(new DOMException('stopped', 'AbortError'));
                  reject(new DOMException('stopped', 'AbortError'));
                }),
              );
          },
        });
        return new Response(body, { headers: answer.headers });
      };
    },
    { rows, isBroken },
  );
}

test('an export says how far it is and can be cancelled; then nothing is saved', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  for (let n = 0; n < 5; n++) await converse(sql, team.chatbot_id);
  const page = await enter(team.agent);
  const downloads: string[] = [];
  page.on('download', (found) => downloads.push(found.suggestedFilename()));
  await slowLine(page, 3, false);
  await openDesk(page, team.desk);
  await exportAs(page, 'CSV');
  await expect(page.getByText('Exporting 3 of 5 cases…')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Export' })).toHaveAttribute('value', '3');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(
    page.locator('.toaster').getByText('The export was cancelled. Nothing was saved.'),
  ).toBeVisible();
  await expect(page.getByText('Exporting')).toHaveCount(0);
  expect(downloads).toEqual([]);
});

test('an export that breaks off says so, and leaves no half file', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  for (let n = 0; n < 5; n++) await converse(sql, team.chatbot_id);
  const page = await enter(team.agent);
  const downloads: string[] = [];
  page.on('download', (found) => downloads.push(found.suggestedFilename()));
  await slowLine(page, 2, true);
  await openDesk(page, team.desk);
  await exportAs(page, 'CSV');
  await expect(
    page.locator('.toaster').getByText('The export stopped after 2 cases. Nothing was saved.'),
  ).toBeVisible();
  expect(downloads).toEqual([]);
});

test('the list and a transcript are exported as workbooks; a list without a row offers nothing', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const question = 'Where is 0049301234567?';
  const id = await converse(sql, team.chatbot_id, { name: '007', question });
  const page = await enter(team.agent, { timezoneId: 'Asia/Tokyo' });
  await openDesk(page, team.desk);
  const workbook = async (start: () => Promise<unknown>) => {
    const [found] = await Promise.all([page.waitForEvent('download'), start()]);
    expect(found.suggestedFilename()).toMatch(/\.xlsx$/);
    const [header = [], ...rows] = rowsOf(unzip(await readFile(await found.path())));
    return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [header[index], cell])));
  };
  const list = await workbook(() => exportAs(page, 'Excel (.xlsx)'));
  expect(list).toMatchObject([
    { conversation_id: id, visitor_name: '007', question, time_zone: 'Asia/Tokyo' },
  ]);
  await expect(
    page.locator('.toaster').getByText(/^Exported to handoff-unresolved-.*\.xlsx\.$/),
  ).toBeVisible();
  await row(page, id).click();
  await page.getByRole('button', { name: 'More' }).click();
  const transcript = await workbook(() =>
    page.getByRole('menuitem', { name: 'Export transcript (Excel)' }).click(),
  );
  expect(transcript[0]).toMatchObject({ role: 'visitor', text: question });
  const [first] = transcript;
  expect(Number(first!['sent_at_local']) - Number(first!['sent_at_utc'])).toBeCloseTo(9 / 24, 6);
  await page.locator('[data-pill="resolved"]').click();
  await expect(page.getByRole('button', { name: 'Nothing to export in this list' })).toBeDisabled();
});
