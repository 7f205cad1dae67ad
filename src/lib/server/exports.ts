// What a team takes out of the house: the list as it is shown, and whole transcripts. Every time stands in the file twice, in UTC
// and by the clock of the person's zone, and both come from the database.
import type { SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import type { Column, Row } from '$lib/csv';
import * as cases from '$lib/server/cases';
import type { Case, Cursor, View } from '$lib/server/cases';
import { download, head, type Format } from '$lib/server/downloads';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { rpc } from '$lib/server/supabase';
import * as zones from '$lib/server/zones';

const PAGE_ROWS = 1000;

const text = (...names: string[]): Column[] => names.map((name) => ({ name, kind: 'text' }));
const number = (...names: string[]): Column[] => names.map((name) => ({ name, kind: 'number' }));
/** Each of these in UTC and by the clock of the zone that `time_zone` names. */
const times = (...names: string[]): Column[] => [
  ...names.flatMap((name): Column[] => [
    { name: `${name}_utc`, kind: 'time' },
    { name: `${name}_local`, kind: 'time' },
  ]),
  { name: 'time_zone', kind: 'text' },
];

/** In the order in which export_messages gives them, after what is the same for all. */
const TRANSCRIPT: Column[] = [
  ...text('conversation_id', 'reference', 'session_id'),
  ...number('number'),
  ...times('sent_at'),
  ...text('role', 'author', 'text', 'feedback', 'via', 'receipt'),
];

/** In the order in which export_lines gives them, and export_page after the place where the next page begins. */
const LIST: Column[] = [
  ...text('conversation_id', 'reference', 'session_id', 'status'),
  ...number('escalation_number', 'episodes'),
  ...text('trigger'),
  ...number('ask_count'),
  ...text('question'),
  ...times('escalated_at', 'first_opened_at', 'first_replied_at', 'resolved_at', 'last_message_at'),
  ...text(
    'resolved_by',
    'claimed_by',
    'visitor_name',
    'visitor_email',
    'visitor_phone',
    'language',
    'page_url',
  ),
  ...number('message_count'),
  ...text('alert', 'target'),
];

/** The whole transcript, oldest first. */
async function* transcriptPages(
  db: SupabaseClient,
  { conversation }: Case,
  time_zone: string,
  stopped: AbortSignal,
): AsyncGenerator<Row[]> {
  const { id: conversation_id, reference, session_id } = conversation;
  let after_seq = 0;
  for (;;) {
    const asked = { conversation_id, after_seq, time_zone, max_rows: PAGE_ROWS };
    const page = await rpc<[seq: number, ...Row][]>(db, 'export_messages', asked, stopped);
    const last = page.at(-1);
    if (!last) return;
    yield page.map((row) => [conversation_id, reference, session_id, ...row]);
    after_seq = last[0];
  }
}

/** What of a list leaves in one file. */
interface Listed {
  db: SupabaseClient;
  chatbot_id: string;
  view: View;
  since: string;
  time_zone: string;
}

/** A page on its way out, whose cases those are, and what the next page begins after. */
interface ListPage<Content> {
  content: Content;
  conversation_ids: string[];
  last: Cursor;
}

/**
 * Page by page what the list shows for this view, one row per case, in the same order. What leaves the house stands on the timelines
 * before it leaves.
 */
async function* listPages<Content>(
  { db, chatbot_id, view, since, time_zone }: Listed,
  stopped: AbortSignal,
  name: string,
  take: (answer: never) => ListPage<Content> | null,
): AsyncGenerator<Content> {
  const read = (after: Cursor | null) => {
    const asked = {
      chatbot_id,
      filter: view.filter,
      sort: view.sort,
      days: view.days,
      search: view.search || null,
      after_at: after?.at ?? null,
      after_id: after?.id ?? null,
      after_status: after?.status ?? null,
      max_rows: PAGE_ROWS,
      since,
      time_zone,
    };
    const page = rpc<never>(db, name, asked, stopped).then(take);
    // Nobody may be waiting for it any more when it fails.
    page.catch(() => undefined);
    return page;
  };
  let reading = read(null);
  for (;;) {
    const page = await reading;
    if (!page) return;
    const { content, conversation_ids, last } = page;
    const recording = rpc(db, 'record_list_export', { chatbot_id, conversation_ids }, stopped);
    // The database reads the next page while this one is written and sent; never more than that one.
    reading = read(last);
    await recording;
    yield content;
  }
}

type Status = Cursor['status'];

function takeRows(rows: [at: string, id: string, ...Row][]): ListPage<Row[]> | null {
  const last = rows.at(-1);
  if (!last) return null;
  const [at, id, , , status] = last;
  return {
    content: rows.map(([, ...row]) => row),
    conversation_ids: rows.map(([, id]) => id),
    last: { at, id, status: status as Status },
  };
}

function takeLines(page: {
  lines: string | null;
  conversation_ids: string[];
  at: string;
  status: Status;
}): ListPage<string> | null {
  const { lines, conversation_ids, at, status } = page;
  const id = conversation_ids.at(-1);
  return lines === null || id === undefined
    ? null
    : { content: lines, conversation_ids, last: { at, id, status } };
}

/** Notes on the case's timeline that somebody took its transcript out of the house. */
function record(db: SupabaseClient, found: Case): Promise<void> {
  const { id: conversation_id, chatbot_id, message_count } = found.conversation;
  return rpc(db, 'record_export', {
    chatbot_id,
    conversation_id,
    kind: 'transcript',
    row_count: message_count,
  });
}

interface Handlers {
  /** Says that there is something to download. Nothing leaves the house, so nothing is recorded. */
  HEAD: (event: RequestEvent) => Promise<Response>;
  GET: (event: RequestEvent) => Promise<Response>;
}

/** The transcript of the conversation that the address names. */
export function ofTranscript(format: Format): Handlers {
  const find = ({ locals, params }: RequestEvent) =>
    cases.read(locals.db, uuidOr404(params['chatbot']), uuidOr404(params['conversation']));
  return {
    async HEAD(event) {
      await requireUser(event);
      await find(event);
      return head(format);
    },
    async GET(event) {
      await requireUser(event);
      const { db, device_time_zone } = event.locals;
      const found = await find(event);
      const [zone] = await Promise.all([zones.readMine(db, device_time_zone), record(db, found)]);
      const pages = (stopped: AbortSignal) => transcriptPages(db, found, zone.name, stopped);
      return download({ columns: TRANSCRIPT, pages }, format, `handoff-${found.conversation.reference}`);
    },
  };
}

/** The list that the query of the address asks for. */
export function ofList(format: Format): Handlers {
  return {
    async HEAD(event) {
      await requireUser(event);
      const { days } = cases.viewOf(event.url.searchParams);
      await cases.readStats(event.locals.db, uuidOr404(event.params['chatbot']), days);
      return head(format);
    },
    async GET(event) {
      await requireUser(event);
      const { db, device_time_zone } = event.locals;
      const chatbot = uuidOr404(event.params['chatbot']);
      const view = cases.viewOf(event.url.searchParams);
      // A file may reach back a year, though no button of the page asks for it.
      if (event.url.searchParams.get('days') === '365') view.days = 365;
      // Asked first, so that a refusal is a page and not a broken file; and so that all pages share one window.
      const [{ since }, zone] = await Promise.all([
        cases.readStats(db, chatbot, view.days),
        zones.readMine(db, device_time_zone),
      ]);
      const listed: Listed = { db, chatbot_id: chatbot, view, since, time_zone: zone.name };
      const pages = (stopped: AbortSignal) => listPages(listed, stopped, 'export_page', takeRows);
      const lines = (stopped: AbortSignal) => listPages(listed, stopped, 'export_lines', takeLines);
      const today = new Date().toISOString().slice(0, 10);
      return download({ columns: LIST, pages, lines }, format, `handoff-${view.filter}-${today}`);
    },
  };
}
