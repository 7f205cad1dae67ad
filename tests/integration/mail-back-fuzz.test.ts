// Mail of every kind to every address: whatever comes, the function answers, and no words land where they do not belong.
// FUZZ_RUNS=10000 is the long run.
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { FUZZ_RUNS, LANES, PROPERTY_MAX_MS } from '../support/fuzz.ts';
import {
  inboundMail,
  mailedCase,
  postInbound,
  replyAddress,
  said,
  type MailedCase,
} from '../support/inbound.ts';
import { makeChatbot } from '../support/outbox.ts';
import { sql, stack } from '../support/stack.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** A case takes thirty mails an hour; then it holds them. */
const CASES = Math.max(4, Math.ceil(FUZZ_RUNS / 60));
const pick = <T>(of: readonly T[]): T => of[randomInt(of.length)] as T;
const forged = () => [...randomBytes(26)].map((byte) => ALPHABET[byte % 32]).join('');

interface Tried {
  /** Its own words, which may stand in one place or in none. */
  mark: string;
  /** The case whose visitor said so, when it is a valid mail. */
  of: MailedCase | null;
}

type Kind = (the: MailedCase, member: string, mark: string) => unknown;
const AUTOMATIC = [
  { Name: 'Auto-Submitted', Value: 'auto-generated' },
  { Name: 'Precedence', Value: 'junk' },
  { Name: 'Return-Path', Value: '<>' },
];
const KINDS: Record<string, Kind> = {
  valid: ({ email, address }, _, mark) => inboundMail(email, address, mark),
  forged: ({ email, address }, _, mark) =>
    inboundMail(email, address.replace(/\+.*@/, `+${forged()}@`), mark),
  'wrong sender': ({ address }, _, mark) => inboundMail(`eve-${mark}@evil.example`, address, mark),
  'to a member': ({ email }, member, mark) => inboundMail(email, member, mark),
  machine: ({ email, address }, _, mark) => inboundMail(email, address, mark, { Headers: [pick(AUTOMATIC)] }),
  huge: ({ address }, _, mark) =>
    inboundMail('eve@evil.example', address, `${mark} `.repeat(randomInt(1, 40_000))),
  'strange fields': (_, member, mark) => ({
    ...inboundMail('', member, mark),
    [pick(['From', 'FromFull', 'To', 'ToFull', 'Headers', 'Attachments', 'TextBody', 'HtmlBody', 'Subject'])]:
      pick([null, 7, [], {}, [null], '\u0000', '\ud800', true]),
  }),
  'broken JSON': ({ email, address }, _, mark) => {
    const whole = JSON.stringify(inboundMail(email, address, mark));
    return whole.slice(0, randomInt(whole.length - 1));
  },
  'another charset': (_, member, mark) =>
    Buffer.from(JSON.stringify(inboundMail('é@x.example', member, mark)), 'latin1'),
};

const statuses = new Map<number, number>();
afterAll(() => console.info('mails', Object.fromEntries(statuses)));

describe('mail of every kind', () => {
  it(
    'never fails, and is said where it belongs or nowhere',
    { timeout: PROPERTY_MAX_MS + 120_000 },
    async () => {
      const chatbot = await makeChatbot(stack);
      const cases: MailedCase[] = [];
      for (let n = 0; n < CASES; n += 1) cases.push(await mailedCase(sql, chatbot));
      const member = await replyAddress(sql, cases[0]!.conversation_id, chatbot.owner.id);
      const tried: Tried[] = [];
      const quota = new Map<MailedCase, number>();
      const lane = async () => {
        for (let n = 0; n < Math.ceil(FUZZ_RUNS / LANES); n += 1) {
          const the = pick(cases);
          const name = pick(Object.keys(KINDS));
          const mark = `mark${randomUUID().replaceAll('-', '')}`;
          const isTaken = name === 'valid' && (quota.get(the) ?? 0) < 30;
          if (name === 'valid') quota.set(the, (quota.get(the) ?? 0) + 1);
          const { status } = await postInbound(stack, KINDS[name]!(the, member, mark));
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          expect(status, name).toBeLessThan(500);
          tried.push({ mark, of: isTaken ? the : null });
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));

      const homes = new Map(tried.map(({ mark, of }) => [mark, of]));
      let heard = 0;
      for (const the of cases) {
        for (const { text, role } of (await said(sql, the.conversation_id)).filter(
          ({ via }) => via === 'mail',
        )) {
          const mark = /mark[0-9a-f]{32}/.exec(text)?.[0] ?? '';
          expect([role, homes.get(mark)?.conversation_id]).toEqual(['visitor', the.conversation_id]);
          heard += 1;
        }
      }
      // Beyond a hundred mails an hour a case keeps no more, so with many on few cases some of the valid are not heard.
      expect(heard).toBeLessThanOrEqual(tried.filter(({ of }) => of !== null).length);
      expect(heard).toBeGreaterThan(0);
    },
  );

  it('accepts none of the forged addresses', { timeout: PROPERTY_MAX_MS + 120_000 }, async () => {
    const chatbot = await makeChatbot(stack);
    const { email, address, conversation_id } = await mailedCase(sql, chatbot);
    const count = Math.max(200, Math.min(FUZZ_RUNS, 2000));
    const lane = async () => {
      for (let n = 0; n < count / LANES; n += 1) {
        const { status, body } = await postInbound(
          stack,
          inboundMail(email, address.replace(/\+.*@/, `+${forged()}@`), 'Let me in, forger'),
        );
        expect([status, body]).toEqual([200, { is_received: true }]);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const kept = await sql`select from public.inbound_mails where text = 'Let me in, forger'`;
    expect(kept).toHaveLength(0);
    expect((await said(sql, conversation_id)).filter(({ via }) => via === 'mail')).toEqual([]);
  });
});
