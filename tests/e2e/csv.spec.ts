// Every column that leaves as a file, filled with what spreadsheets run or reckon: read back, nothing is live and nothing is lost. A
// browser that is gone ends the reading.
import { parse as parseByLibrary } from 'csv-parse/sync';
import { recover } from '../../src/lib/csv.ts';
import { rowsOf, unzip } from '../support/xlsx.ts';
import { createTeam } from './dashboard-stage.ts';
import { session } from './safety-stage.ts';
import { expect, test } from './story.ts';

// prettier-ignore
const PREFIXES = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', ' =', ' +', '\t=', '\r\n=', '\n@', '\u00a0=',
  '\u200b=', '\ufeff=', '\u2060-', "'=", "''@", '\u0001=', '"=', '|='];
const RESTS = ['1+1', 'cmd|"/c calc"!A0', '"a","b"\r\nc\nd', '👩‍👩‍👧 😀', 'مرحبا \u200fשלום', ''];
const TEXTS = PREFIXES.flatMap((prefix) => RESTS.map((rest) => prefix + rest));
/** What a spreadsheet reads as another number. */
const NUMBERS = ['0049301234567', '007', '12345678901234567890', '1.10', '12E34'];
/** What opens a formula, looked at the way a spreadsheet does: after the blank and invisible characters in front. */
// eslint-disable-next-line no-control-regex
const LIVE = /^[\s\u00a0\u200b-\u200f\u2060\ufeff\u0001-\u001f]*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** A person's name is shown, and exported, without the spaces around it. */
const trimmed = (name: string) => name.replace(/^ +/, '');

/** RFC 4180 to the letter: CRLF alone ends a line, quotes stand only around a whole cell, every line has as many cells. */
function parseStrictly(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (at >= text.length) throw new Error('A quoted cell does not end.');
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    } else {
      for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at += 1) {
        if (text[at] === '"' || text[at] === '\n')
          throw new Error(`A bare ${JSON.stringify(text[at])} in a cell.`);
        cell += text[at];
      }
    }
    row.push(cell);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      rows.push(row);
      if (row.length !== rows[0]!.length) throw new Error(`Line ${rows.length} has ${row.length} cells.`);
      row = [];
    } else throw new Error(`Line ${rows.length + 1} goes on after a cell: ${text.slice(at, at + 20)}`);
  }
  if (row.length > 0) throw new Error('The last line does not end.');
  return rows;
}

/** The rows of a download by column, after both parsers have read the same and found nothing live. */
async function read(answer: Response): Promise<Record<string, string>[]> {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await answer.arrayBuffer());
  expect(text.startsWith('\ufeff')).toBe(true);
  const [header = [], ...rows] = parseStrictly(text.slice(1));
  expect(parseByLibrary(text, { bom: true, record_delimiter: '\r\n' })).toEqual([header, ...rows]);
  expect(rows.flat().filter((cell) => LIVE.test(cell))).toEqual([]);
  return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [header[index], cell])));
}

/** The same rows out of the workbook that stands beside the CSV; a cell with nothing in it is an empty text. */
async function readWorkbook(answer: Response): Promise<Record<string, string | number>[]> {
  expect(answer.headers.get('content-disposition')).toMatch(/\.xlsx"$/);
  const [header = [], ...rows] = rowsOf(unzip(Buffer.from(await answer.arrayBuffer())));
  return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [header[index], cell ?? ''])));
}

/** What of a text a cell of a workbook can hold. */
function held(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

/** `2026-11-22 13:05:09` as the serial number of a workbook. */
const serial = (time: string) => (time ? Date.parse(`${time.replace(' ', 'T')}Z`) / 86_400_000 + 25_569 : '');

test('the list keeps every text and runs none, in every column', async ({ stack, sql }) => {
  const team = await createTeam(stack, sql);
  const columns: Record<string, string> = {
    question: 'question',
    visitor_name: 'name',
    visitor_email: 'email',
    visitor_phone: 'phone',
    language: 'language',
    page_url: 'page',
    claimed_by: 'person',
    resolved_by: 'person',
    session_id: 'session',
    reference: 'reference',
  };
  const written = new Map<string, Record<string, string>>();
  for (const [index, text] of TEXTS.entries()) {
    const of = (what: string) => {
      const whole = `${text}${what}${index}`;
      return what === 'person' ? trimmed(whole) : whole;
    };
    const [person] = await sql<{ id: string }[]>`
      insert into auth.users (id, email) values (gen_random_uuid(), ${`${crypto.randomUUID()}@example.test`}) returning id`;
    await sql`update profiles set display_name = ${of('person')} where user_id = ${person!.id}`;
    const [made] = await sql<{ id: string }[]>`
      insert into conversations (chatbot_id, visitor_name, visitor_email, language, page_url, session_id, reference)
      values (${team.chatbot_id}, ${of('name')}, ${of('email')}, ${of('language')}, ${of('page')},
        ${`${of('session')}${team.chatbot_id}`}, ${`${of('reference')}${team.chatbot_id}`}) returning id`;
    const { id } = made!;
    await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', ${of('question')})`;
    await sql`insert into leads (conversation_id, chatbot_id, phone) values (${id}, ${team.chatbot_id}, ${of('phone')})`;
    await sql`insert into escalations (conversation_id, trigger) values (${id}, 'api')`;
    await sql`update escalations set status = 'resolved', resolved_by = ${person!.id} where conversation_id = ${id}`;
    await sql`update conversations set claimed_by = ${person!.id} where id = ${id}`;
    const own = { session_id: team.chatbot_id, reference: team.chatbot_id } as Record<string, string>;
    written.set(
      id,
      Object.fromEntries(Object.entries(columns).map(([name, what]) => [name, of(what) + (own[name] ?? '')])),
    );
  }
  const { ask } = await session(stack.app_url, team.owner.email, team.owner.password);
  const rows = await read(await ask(`${team.desk}/export.csv?filter=all`));
  const beside = await readWorkbook(await ask(`${team.desk}/export.xlsx?filter=all`));
  expect(rows).toHaveLength(TEXTS.length);
  // A column that is added must be filled with attacks here, or named as one that no person can write into.
  const harmless =
    /^(conversation_id|status|escalation_number|episodes|trigger|ask_count|message_count|alert|target|time_zone|\w+_at_(utc|local))$/;
  expect(
    Object.keys(rows[0]!)
      .filter((name) => !harmless.test(name))
      .toSorted(),
  ).toEqual(Object.keys(columns).toSorted());
  for (const row of rows) {
    for (const [name, text] of Object.entries(written.get(row['conversation_id']!)!)) {
      expect(recover(row[name]!), name).toBe(text);
    }
  }
  expect(beside.map((row) => row['conversation_id'])).toEqual(rows.map((row) => row['conversation_id']));
  for (const [index, row] of beside.entries()) {
    for (const [name, text] of Object.entries(written.get(String(row['conversation_id']))!)) {
      expect(row[name], name).toBe(held(text));
    }
    for (const name of ['escalated_at_utc', 'escalated_at_local', 'resolved_at_local']) {
      expect(row[name]).toBeCloseTo(serial(rows[index]![name]!) as number, 9);
    }
    for (const name of ['escalation_number', 'episodes', 'message_count']) {
      expect(row[name]).toBe(Number(rows[index]![name]));
    }
  }
});

test('a transcript keeps every text and every name, and runs none', async ({ stack, sql }) => {
  const team = await createTeam(stack, sql);
  const [made] = await sql<
    { id: string }[]
  >`insert into conversations (chatbot_id) values (${team.chatbot_id}) returning id`;
  const { id } = made!;
  const names: string[] = [];
  const texts = [...TEXTS, ...NUMBERS];
  for (const [index, text] of texts.entries()) {
    const [person] = await sql<{ id: string }[]>`
      insert into auth.users (id, email) values (gen_random_uuid(), ${`${crypto.randomUUID()}@example.test`}) returning id`;
    names.push(`${text}name${index}`);
    await sql`update profiles set display_name = ${names[index]!} where user_id = ${person!.id}`;
    await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', ${text || 'x'})`;
    await sql`insert into messages (conversation_id, role, text, author_id) values (${id}, 'agent', ${text}, ${person!.id})`;
  }
  const { ask } = await session(stack.app_url, team.owner.email, team.owner.password);
  const rows = await read(await ask(`${team.desk}/conversations/${id}/export.csv`));
  const beside = await readWorkbook(await ask(`${team.desk}/conversations/${id}/export.xlsx`));
  for (const role of ['visitor', 'agent']) {
    const of = rows.filter((row) => row['role'] === role);
    expect(of.map((row) => recover(row['text']!))).toEqual(
      texts.map((text) => (role === 'agent' ? text : text || 'x')),
    );
    expect(of.slice(TEXTS.length).map((row) => row['text'])).toEqual(NUMBERS.map((text) => `'${text}`));
    const cells = beside.filter((row) => row['role'] === role);
    expect(cells.map((row) => row['text'])).toEqual(of.map((row) => held(recover(row['text']!))));
    if (role === 'agent') expect(of.map((row) => recover(row['author']!))).toEqual(names.map(trimmed));
  }
});

for (const format of ['csv', 'xlsx']) {
  test(`a browser that is gone ends the reading of a list as ${format}`, async ({ stack, sql }) => {
    const team = await createTeam(stack, sql);
    const ROWS = 8000;
    // Two kilobytes a row that cannot be compressed away: far more than sockets hold.
    await sql`insert into conversations (chatbot_id, page_url)
      select ${team.chatbot_id}, (select string_agg(md5(random()::text || n || i), '') from generate_series(1, 60) i)
      from generate_series(1, ${ROWS}::int) n`;
    await sql`update conversations set started_at = now() where chatbot_id = ${team.chatbot_id}`;
    const { cookie } = await session(stack.app_url, team.owner.email, team.owner.password);
    const leaving = new AbortController();
    const answer = await fetch(`${stack.app_url}${team.desk}/export.${format}?filter=population`, {
      headers: { cookie },
      signal: leaving.signal,
    });
    await answer.body!.getReader().read();
    leaving.abort();
    const working = () => sql`
      select pid from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and query ~ 'export_page|record_list_export'`;
    await expect.poll(working).toEqual([]);
    const [{ n } = { n: 0 }] = await sql<{ n: number }[]>`
      select coalesce(sum(cardinality(conversation_ids)), 0)::int as n from private.list_exports where chatbot_id = ${team.chatbot_id}`;
    expect(n).toBeLessThan(ROWS);
    await expect.poll(working).toEqual([]);
  });
}
