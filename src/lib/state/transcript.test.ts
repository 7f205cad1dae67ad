import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Case } from '$lib/server/cases';
import type { MessageRow } from '$lib/server/messages';
import type { Zone } from '$lib/time';
import { Transcript } from './transcript.svelte';
import type { Item } from './transcript-items';

const UTC: Zone = { name: 'UTC', changes: [[0, 0]] };
const START = Date.parse('2026-11-22T20:00:00Z');
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

function makeMessage(seq: number, change: Partial<MessageRow> = {}): MessageRow {
  return {
    id: `m${seq}`,
    seq,
    role: seq % 2 ? 'visitor' : 'assistant',
    text: `Text ${seq}`,
    event: null,
    author_id: null,
    author_name: null,
    feedback: null,
    followups: [],
    suggest_human: false,
    answer_id: null,
    via: 'widget',
    mail: null,
    created_at: at(seq),
    receipt: null,
    ...change,
  };
}

function makeCase(
  change: Partial<Case> & { last_seq?: number; last_read_seq?: number; version?: number } = {},
): Case {
  const { last_seq = 10, last_read_seq = 10, version = 1, ...rest } = change;
  const conversation = { id: 'c', last_seq, last_read_seq, version } as Case['conversation'];
  return {
    conversation,
    lead: null,
    escalations: [],
    timeline: [],
    reply_receipts: [],
    inbound_mails: [],
    deliveries: [],
    members: [],
    ...rest,
  };
}

const messages = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => makeMessage(from + index));
const seqs = (transcript: Transcript) => transcript.messages.map(({ seq }) => seq);
const kinds = (items: Item[]) => items.map(({ kind }) => kind);

describe('transcript', () => {
  it('grows at both ends', () => {
    const transcript = new Transcript(makeCase(), messages(4, 8), UTC);
    expect(transcript.has_older).toBe(true);
    transcript.receive(messages(1, 3));
    transcript.receive(messages(9, 10));
    expect(seqs(transcript)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(transcript.has_older).toBe(false);
    expect(transcript.is_behind).toBe(false);
  });

  it('stays gapless, and says that it is behind, when messages arrive out of order', () => {
    const transcript = new Transcript(makeCase({ last_seq: 12 }), messages(1, 8), UTC);
    transcript.receive([makeMessage(12)]);
    expect(transcript.last_seq).toBe(8);
    expect(transcript.is_behind).toBe(true);
    transcript.receive(messages(9, 12));
    expect(transcript.is_behind).toBe(false);
  });

  it('ends equal to the server whatever pages come back in whatever order, any number of times', () => {
    const page = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 15 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(page, { maxLength: 30 }), (first, pages) => {
        const transcript = new Transcript(makeCase({ last_seq: 40 }), messages(first, first + 5), UTC);
        for (const [from, length] of pages) {
          transcript.receive(messages(from, Math.min(40, from + length)));
          const found = seqs(transcript);
          expect(found).toEqual(found.map((_, index) => (found[0] ?? 0) + index));
        }
        if (transcript.is_behind) transcript.receive(messages(transcript.last_seq + 1, 40));
        if (transcript.has_older) transcript.receive(messages(1, transcript.first_seq - 1));
        expect(seqs(transcript)).toEqual(messages(1, 40).map(({ seq }) => seq));
      }),
    );
  });

  it('puts a heading before each day of the reader, not of UTC', () => {
    const transcript = new Transcript(makeCase(), [makeMessage(1), makeMessage(2, { created_at: at(200) })], {
      name: 'Asia/Tokyo',
      changes: [[0, 9 * 3600]],
    });
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'message']);
    const inBerlin = new Transcript(makeCase(), [makeMessage(1), makeMessage(2, { created_at: at(200) })], {
      name: 'Europe/Berlin',
      changes: [[0, 3600]],
    });
    expect(kinds(inBerlin.items)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('has one heading for each day, also when a text of yesterday is still not sent today', () => {
    const transcript = new Transcript(
      makeCase(),
      [makeMessage(1), makeMessage(2, { created_at: at(300) })],
      UTC,
    );
    transcript.restore({ id: 'r', kind: 'reply', text: 'Hi', created_at: at(5) });
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'day', 'message', 'outgoing']);
  });

  it('keeps every item in which nothing changed, so that it is not drawn again', () => {
    const found = makeCase();
    const transcript = new Transcript(found, messages(1, 4), UTC);
    const before = transcript.items;
    transcript.receiveCase(structuredClone(found));
    expect(transcript.items).toBe(before);
    transcript.receive([makeMessage(5)]);
    expect(transcript.items.slice(0, -1).every((item, at) => item === before[at])).toBe(true);
    transcript.receive([makeMessage(2, { text: 'Thanks!' })]);
    const changed = transcript.items.slice(0, before.length).filter((item, at) => item !== before[at]);
    expect(changed.map((item) => item.kind === 'message' && item.message.text)).toEqual(['Thanks!']);
  });

  it('marks where the visitor asked for a person, between the messages it happened between', () => {
    const escalations = [{ id: 'e', escalated_at: at(2.5) }] as Case['escalations'];
    const transcript = new Transcript(makeCase({ escalations }), messages(1, 4), UTC);
    expect(kinds(transcript.items)).toEqual([
      'day',
      'message',
      'message',
      'escalation',
      'message',
      'message',
    ]);
  });

  it('keeps the unread divider where it was when the case was opened', () => {
    const transcript = new Transcript(makeCase({ last_read_seq: 2 }), messages(1, 4), UTC);
    transcript.receiveCase(makeCase({ last_read_seq: 4, version: 2 }));
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'message', 'unread', 'message', 'message']);
  });

  it('replaces a reply on its way by the message it became', () => {
    const transcript = new Transcript(makeCase(), messages(1, 2), UTC);
    transcript.send({ id: 'r', kind: 'reply', text: 'Hi', created_at: at(5) });
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'message', 'outgoing']);
    transcript.receive([makeMessage(3, { id: 'r', role: 'agent' })]);
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'message', 'message']);
  });

  it('replaces a note on its way by the entry it became', () => {
    const transcript = new Transcript(makeCase(), messages(1, 2), UTC);
    transcript.send({ id: 'n', kind: 'note', text: 'Careful', created_at: at(5) });
    const entry = { id: 7, type: 'note.added', data: { id: 'n', text: 'Careful' }, created_at: at(5) };
    transcript.receiveCase(makeCase({ version: 2, timeline: [entry] as unknown as Case['timeline'] }));
    expect(kinds(transcript.items)).toEqual(['day', 'message', 'message', 'entry']);
  });

  it('keeps a refused reply on the screen until it is sent again or taken back', () => {
    const transcript = new Transcript(makeCase(), [], UTC);
    transcript.send({ id: 'r', kind: 'reply', text: 'Hi', created_at: at(5) });
    transcript.refuse('r', 'Offline');
    expect(transcript.items.at(-1)).toMatchObject({ outgoing: { refusal: 'Offline' } });
    transcript.forget('r');
    expect(transcript.items).toEqual([]);
  });

  it('ignores a case that is older than the one it has, and one of another conversation', () => {
    const transcript = new Transcript(makeCase({ version: 5 }), [], UTC);
    transcript.receiveCase(makeCase({ version: 4 }));
    expect(transcript.case.conversation.version).toBe(5);
    transcript.receiveCase({
      ...makeCase({ version: 9 }),
      conversation: { id: 'other', version: 9 } as never,
    });
    expect(transcript.case.conversation.id).toBe('c');
  });

  it('arranges ten thousand messages without a noticeable pause', () => {
    const round = () => {
      const transcript = new Transcript(makeCase({ last_seq: 10_000 }), messages(1, 10_000), {
        name: 'Asia/Kathmandu',
        changes: [[0, 20_700]],
      });
      const started = performance.now();
      expect(transcript.items.length).toBeGreaterThan(10_000);
      return performance.now() - started;
    };
    // The best of five: a busy machine delays some, what is slow is slow every time.
    expect(Math.min(...Array.from({ length: 5 }, round))).toBeLessThan(500);
  });
});
