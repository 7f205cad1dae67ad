import { describe, expect, it } from 'vitest';
import type { MessageRow, ReplyReceipt } from '$lib/server/messages';
import { isLost, mergeReceipts, shownReceipts } from './reply-receipts.ts';

const AT = '2026-11-22T14:05:00Z';

function receipt(seq: number, change: Partial<ReplyReceipt> = {}): ReplyReceipt {
  return { message_id: `m${seq}`, seq, status: 'read', reason: null, delivery_id: null, at: AT, ...change };
}

/** One letter for each message: v(isitor), a(ssistant), r(eply), s(ystem). */
function talk(roles: string, receipts: Record<number, Partial<ReplyReceipt>> = {}): MessageRow[] {
  const names = { v: 'visitor', a: 'assistant', r: 'agent', s: 'system' } as const;
  return [...roles].map((letter, index) => ({
    id: `m${index + 1}`,
    seq: index + 1,
    role: names[letter as keyof typeof names],
    receipt: letter === 'r' ? receipt(index + 1, receipts[index + 1]) : null,
  })) as MessageRow[];
}

const shown = (messages: MessageRow[], known: ReplyReceipt[] = []) =>
  [...shownReceipts(messages, mergeReceipts(new Map(), known)).values()]
    .map(({ seq, status }) => `${seq} ${status}`)
    .toReversed();

describe('receipts of replies', () => {
  it('stand under the last reply of a burst', () => {
    expect(shown(talk('vrrrvrr'))).toEqual(['4 read', '7 read']);
    expect(shown(talk('vsrsrsv'))).toEqual(['5 read']);
  });

  it('stand under each reply of a burst that got less far than the next', () => {
    expect(shown(talk('vrrr', { 3: { status: 'waiting' }, 4: { status: 'waiting' } }))).toEqual([
      '2 read',
      '4 waiting',
    ]);
    const mails = { status: 'mailed', delivery_id: 'one' } as const;
    expect(shown(talk('vrr', { 2: mails, 3: { ...mails, delivery_id: 'two' } }))).toEqual([
      '2 mailed',
      '3 mailed',
    ]);
  });

  it('are those of the case where it knows better than the transcript', () => {
    expect(shown(talk('vrr', { 3: { status: 'waiting' } }), [receipt(3)])).toEqual(['3 read']);
  });

  it('stay the very same as long as they say the same', () => {
    const known = mergeReceipts(new Map(), [receipt(2), receipt(3)]);
    const again = mergeReceipts(known, [receipt(2), receipt(3, { status: 'bounced' })]);
    expect(again.get('m2')).toBe(known.get('m2'));
    expect(again.get('m3')?.status).toBe('bounced');
  });

  it('are a loss where nobody received what was meant for them', () => {
    const lost = (status: ReplyReceipt['status'], reason: string | null = null) =>
      isLost(receipt(2, { status, reason }));
    expect([lost('bounced'), lost('unreachable', 'no_address')]).toEqual([true, true]);
    expect([lost('unreachable', 'imported'), lost('waiting'), lost('mailed')]).toEqual([false, false, false]);
  });
});
