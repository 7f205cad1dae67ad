import { describe, expect, it } from 'vitest';
import type { Receipt } from '$lib/server/cases';
import type { ReplyReceipt } from '$lib/server/messages';
import type { Zone } from '$lib/time';
import { receiptWords } from './receipt-words.ts';

const UTC: Zone = { name: 'UTC', changes: [[0, 0]] };
const SENT = '2026-11-22T14:02:00Z';
const MAIL = { id: 'mail', recipient: 'ana@example.com', status: 'sent', next_attempt_at: null } as Receipt;

function words(change: Partial<ReplyReceipt>, mail: Partial<Receipt> = {}): string {
  const receipt = {
    status: 'waiting',
    reason: null,
    delivery_id: 'mail',
    at: '2026-11-22T14:05:00Z',
    ...change,
  };
  const { text, tone } = receiptWords(receipt as ReplyReceipt, SENT, [{ ...MAIL, ...mail }], UTC);
  return tone === 'plain' ? text : `${tone} ${text}`;
}

describe('the receipt under a reply', () => {
  it('says when it was received, with the day only where that is another one', () => {
    expect(words({ status: 'read' })).toBe('Read 14:05');
    expect(words({ status: 'read', at: '2026-11-23T08:10:00Z' })).toBe('Read 23 Nov 08:10');
    expect(words({ status: 'fetched' })).toBe('Fetched by your bot 14:05');
  });

  it('says where its mail went', () => {
    expect(words({ status: 'mailed' })).toBe('E-mailed to ana@example.com 14:05');
    expect(words({ status: 'delivered' })).toBe('Delivered to ana@example.com 14:05');
    expect(words({ status: 'mailed', delivery_id: 'forgotten' })).toBe('E-mailed 14:05');
    expect(words({ status: 'bounced', reason: 'HardBounce' })).toBe(
      'red Bounced: ana@example.com (HardBounce)',
    );
  });

  it('says when a mail will carry what nobody has read yet', () => {
    expect(words({})).toBe('Waiting');
    expect(words({}, { status: 'queued', next_attempt_at: '2026-11-22T14:05:00Z' })).toBe(
      'Waiting, e-mail at 14:05',
    );
  });

  it('says why nobody received it', () => {
    expect(words({ status: 'unreachable', reason: 'no_address' })).toBe(
      'amber Not received: no page open and no address',
    );
    expect(words({ status: 'unreachable', reason: 'not_fetched' })).toBe(
      'amber Not received: your bot hasn’t fetched it',
    );
    expect(words({ status: 'unreachable', reason: 'imported' })).toBe('Imported: nobody was told');
  });
});
