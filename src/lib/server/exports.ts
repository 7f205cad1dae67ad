import type { SupabaseClient } from '@supabase/supabase-js';
import { BOM, line } from '$lib/csv';
import type { Case, Cursor, View } from '$lib/server/cases';
import * as messages from '$lib/server/messages';
import { rpc } from '$lib/server/supabase';
import { stampsOf, type Stamps } from '$lib/stamps';

const TRANSCRIPT_PAGE = 1000;
const CASES_PAGE = 1000;

/** A case with its latest escalation, in the order in which export_page gives the columns. */
type ExportedCase = [
  conversation_id: string,
  cursor_at: string,
  status: 'open' | 'resolved' | null,
  reference: string,
  session_id: string,
  escalation_number: number | null,
  episodes: number,
  trigger: string | null,
  ask_count: number | null,
  question: string | null,
  escalated_at: string | null,
  first_opened_at: string | null,
  first_replied_at: string | null,
  resolved_at: string | null,
  last_message_at: string | null,
  ...rest: (string | number | null)[],
];

/** The whole transcript, line by line, oldest first; read page by page while the browser takes it. */
export async function* transcript(db: SupabaseClient, found: Case, zone: string): AsyncGenerator<string> {
  const { id, reference, session_id } = found.conversation;
  yield (
    BOM +
    line([
      'conversation_id',
      'reference',
      'session_id',
      'number',
      'sent_at_utc',
      `sent_at_local (${zone})`,
      'role',
      'author',
      'text',
      'feedback',
    ])
  );
  const stamps = stampsOf(zone);
  let after_seq = 0;
  for (;;) {
    const page = await messages.list(db, id, { after_seq, max_rows: TRANSCRIPT_PAGE });
    const lines = page.map(({ seq, created_at, role, author_name, text, feedback }) =>
      line([id, reference, session_id, seq, ...stamps(created_at), role, author_name, text, feedback]),
    );
    if (lines.length > 0) yield lines.join('');
    const last = page.at(-1);
    // PostgREST may cap the rows of one answer below what was asked; only an empty page is surely the end.
    if (!last) return;
    after_seq = last.seq;
  }
}

function caseHeader(zone: string): string {
  const times = ['escalated_at', 'first_opened_at', 'first_replied_at', 'resolved_at', 'last_message_at'];
  return line([
    'conversation_id',
    'reference',
    'session_id',
    'status',
    'escalation_number',
    'episodes',
    'trigger',
    'ask_count',
    'question',
    ...times.flatMap((name) => [`${name}_utc`, `${name}_local (${zone})`]),
    'resolved_by',
    'claimed_by',
    'visitor_name',
    'visitor_email',
    'visitor_phone',
    'language',
    'page_url',
    'message_count',
    'alert_mail',
  ]);
}

function caseLine(row: ExportedCase, stamps: Stamps): string {
  const [conversation_id, , status, reference, session_id, number, episodes, trigger, ask_count, question] =
    row;
  const times = row.slice(10, 15) as (string | null)[];
  return line([
    conversation_id,
    reference,
    session_id,
    status,
    number,
    episodes,
    trigger,
    ask_count,
    question,
    ...times.flatMap(stamps),
    ...row.slice(15),
  ]);
}

/**
 * The rows that the list shows for this view, one per case, in the same order. What leaves the house stands on the timelines
 * before it leaves.
 */
export async function* cases(
  db: SupabaseClient,
  chatbot_id: string,
  view: View,
  since: string,
  zone: string,
): AsyncGenerator<string> {
  const stamps = stampsOf(zone);
  const stopping = new AbortController();
  const read = (after: Cursor | null) => {
    const page = rpc<ExportedCase[]>(
      db,
      'export_page',
      {
        chatbot_id,
        filter: view.filter,
        sort: view.sort,
        days: view.days,
        search: view.search || null,
        after_at: after?.at ?? null,
        after_id: after?.id ?? null,
        after_status: after?.status ?? null,
        max_rows: CASES_PAGE,
        since,
      },
      stopping.signal,
    );
    // Nobody may be waiting for it any more when it fails.
    page.catch(() => undefined);
    return page;
  };
  try {
    yield BOM + caseHeader(zone);
    let reading = read(null);
    for (;;) {
      const page = await reading;
      const last = page.at(-1);
      if (!last) return;
      const recording = rpc(
        db,
        'record_list_export',
        { chatbot_id, conversation_ids: page.map(([id]) => id) },
        stopping.signal,
      );
      const [id, at, status] = last;
      // The database reads the next page while this one is written and sent; never more than that one.
      reading = read({ at, id, status });
      const lines = page.map((row) => caseLine(row, stamps)).join('');
      await recording;
      yield lines;
    }
  } finally {
    stopping.abort();
  }
}

/** Notes on the case's timeline that somebody took its transcript out of the house. */
export function record(db: SupabaseClient, found: Case): Promise<void> {
  const { id: conversation_id, chatbot_id, message_count } = found.conversation;
  return rpc(db, 'record_export', {
    chatbot_id,
    conversation_id,
    kind: 'transcript',
    row_count: message_count,
  });
}

/** The answer to HEAD where GET is a download. */
export function head(): Response {
  return new Response(null, {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-store' },
  });
}

/** A download that is made while it is sent. A page that fails cuts the download off, which the browser reports. */
export function download(chunks: AsyncGenerator<string>, name: string): Response {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (thrown) {
        console.error('export', thrown);
        controller.error(thrown);
      }
    },
    cancel: () => void chunks.return(undefined),
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]+/g, '-')}"`,
      'cache-control': 'private, no-store',
    },
  });
}
