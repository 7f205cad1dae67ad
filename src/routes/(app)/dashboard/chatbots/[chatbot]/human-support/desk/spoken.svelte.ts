// What the desk tells a screen reader, in one place: who came, who was opened, what was found, what a visitor wrote meanwhile.
import { untrack } from 'svelte';
import type { Case, CaseRow } from '$lib/server/cases';
import type { Announcer } from '$lib/state/announcer.svelte';
import type { Connection } from '$lib/state/connection.svelte';
import { isLost } from '$lib/state/reply-receipts';
import { count } from '$lib/time';
import { nameOf } from './case-name';
import type { Desk } from './desk.svelte';

/** Requests that come within this time of each other are told as one number. */
const BURST_MILLISECONDS = 1500;

/** Tells of new requests; a burst of them is one number. */
export function createArrivalWords(announcer: Announcer) {
  let arrived = 0;
  let row: CaseRow | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function tell() {
    const words = row?.last_message_preview ? `: ${row.last_message_preview}` : '';
    announcer.say(
      arrived === 1 ? `New case. ${row ? `${nameOf(row)}${words}` : ''}`.trim() : `${arrived} new cases.`,
      'arrivals',
    );
    arrived = 0;
  }
  return {
    arrived(many: number, rows: CaseRow[]) {
      arrived += many;
      row = rows[0];
      clearTimeout(timer);
      timer = setTimeout(tell, BURST_MILLISECONDS);
    },
    close: () => clearTimeout(timer),
  };
}

/** Tells of everything else; called while a component is made. */
export function tellOf(announcer: Announcer, desk: Desk, connection: Connection): void {
  // A list that somebody asked for by searching.
  let searched = untrack(() => desk.triage.view.search);
  $effect(() => {
    const { search } = desk.triage.view;
    const { rows, is_complete } = desk.triage;
    if (desk.list.isLoading || search === searched) return;
    searched = search;
    if (!search) return;
    const found = `${count(rows.length, 'case')} found`;
    announcer.say(
      rows.length === 0 ? 'Nothing found.' : is_complete ? `${found}.` : `More than ${found}.`,
      'list',
    );
  });

  let opened = untrack(() => desk.selected);
  $effect(() => {
    const { selected, shown } = desk;
    if (selected === opened || (selected && !shown)) return;
    opened = selected;
    if (shown) announcer.say(`${nameOf(shown)}.`, 'opened');
    else announcer.withdraw('opened');
  });

  // What a visitor writes while their case is open; the transcript itself is silent.
  let heard = untrack(() => ({
    transcript: desk.cases.transcript,
    seq: desk.cases.transcript?.last_seq ?? 0,
  }));
  $effect(() => {
    const { transcript } = desk.cases;
    const seq = transcript?.last_seq ?? 0;
    const from = heard.seq;
    const isSame = transcript === heard.transcript;
    heard = { transcript, seq };
    if (!transcript || !isSame || seq <= from) return;
    const written = untrack(() => transcript.items).flatMap((item) =>
      item.kind === 'message' && item.message.role === 'visitor' && item.message.seq > from
        ? [item.message.text]
        : [],
    );
    const name = untrack(() => transcript.case.conversation.visitor_name) ?? 'Visitor';
    if (written.length > 3) announcer.say(`${name}: ${written.length} new messages.`);
    else if (written.length > 0) announcer.say(`${name}: ${written.join(' ')}`);
  });

  // A reply of the open case that turns out not to have been received. What was known when the case was opened is no news, and what a
  // case has is only known once it has been read anew.
  const lostIn = (found: Case | null) =>
    new Set((found?.reply_receipts ?? []).filter(isLost).map(({ message_id }) => message_id));
  let lost = untrack(() => ({
    transcript: desk.cases.transcript,
    ids: lostIn(desk.cases.transcript?.case ?? null),
  }));
  $effect(() => {
    const { transcript } = desk.cases;
    const ids = lostIn(transcript?.case ?? null);
    const fresh = transcript === lost.transcript ? [...ids].filter((id) => !lost.ids.has(id)).length : 0;
    lost = { transcript, ids };
    if (fresh > 0) announcer.say(`${count(fresh, 'reply', 'replies')} not received.`);
  });

  let wasLost = false;
  $effect(() => {
    const isLost = connection.status === 'lost';
    if (isLost) announcer.say('Not live. Refreshing every 30 seconds.', 'line');
    else if (wasLost) announcer.say('Live again.', 'line');
    wasLost = isLost;
  });

  let missed = 0;
  $effect(() => {
    if (connection.missed > missed)
      announcer.say(`${count(connection.missed, 'case')} changed while you were away.`, 'missed');
    missed = connection.missed;
  });
}
