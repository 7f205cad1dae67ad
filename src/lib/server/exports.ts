import type { SupabaseClient } from '@supabase/supabase-js';
import { BOM, line } from '$lib/csv';
import type { Case, Cursor, View } from '$lib/server/cases';
import * as messages from '$lib/server/messages';
import { rpc } from '$lib/server/supabase';
import { localStamp } from '$lib/time';

const TRANSCRIPT_PAGE = 1000;
const CASES_PAGE = 2000;

/** A row of the list as a CSV: a case with its latest escalation. */
interface ExportedCase {
  conversation_id: string;
  cursor_at: string;
  escalation_number: number | null;
  episodes: number;
  reference: string;
  session_id: string;
  status: 'open' | 'resolved' | null;
  trigger: string | null;
  ask_count: number | null;
  question: string | null;
  escalated_at: string | null;
  first_opened_at: string | null;
  first_replied_at: string | null;
  resolved_at: string | null;
  resolved_by_name: string | null;
  claimed_by_name: string | null;
  visitor_name: string | null;
  visitor_email: string | null;
  visitor_phone: string | null;
  language: string | null;
  page_url: string | null;
  message_count: number;
  last_message_at: string | null;
  mail_outcome: string | null;
}

function utc(at: string | null): string | null {
  return at && new Date(at).toISOString();
}

function local(at: string | null, zone: string): string | null {
  return at && localStamp(at, zone);
}

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
  let after_seq = 0;
  for (;;) {
    const page = await messages.list(db, id, { after_seq, max_rows: TRANSCRIPT_PAGE });
    const lines = page.map(({ seq, created_at, role, author_name, text, feedback }) =>
      line([
        id,
        reference,
        session_id,
        seq,
        utc(created_at),
        local(created_at, zone),
        role,
        author_name,
        text,
        feedback,
      ]),
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

function caseLine(row: ExportedCase, zone: string): string {
  const times = [
    row.escalated_at,
    row.first_opened_at,
    row.first_replied_at,
    row.resolved_at,
    row.last_message_at,
  ];
  return line([
    row.conversation_id,
    row.reference,
    row.session_id,
    row.status,
    row.escalation_number,
    row.episodes,
    row.trigger,
    row.ask_count,
    row.question,
    ...times.flatMap((at) => [utc(at), local(at, zone)]),
    row.resolved_by_name,
    row.claimed_by_name,
    row.visitor_name,
    row.visitor_email,
    row.visitor_phone,
    row.language,
    row.page_url,
    row.message_count,
    row.mail_outcome,
  ]);
}

/** The rows that the list shows for this view, one per case, in the same order. */
export async function* cases(
  db: SupabaseClient,
  chatbot_id: string,
  view: View,
  since: string,
  zone: string,
): AsyncGenerator<string> {
  yield BOM + caseHeader(zone);
  let after: Cursor | null = null;
  for (;;) {
    const page: ExportedCase[] = await rpc<ExportedCase[]>(db, 'export_cases', {
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
    });
    if (page.length > 0) yield page.map((row) => caseLine(row, zone)).join('');
    const last = page.at(-1);
    if (!last) return;
    after = { at: last.cursor_at, id: last.conversation_id, status: last.status };
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
