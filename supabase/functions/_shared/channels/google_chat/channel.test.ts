import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, tell, textsOf, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { url: 'https://chat.googleapis.com/v1/spaces/AAAA-1/messages?key=k&token=t' };

/** As Google Chat does: the message on success, a status by name with every refusal. */
function chat({ body, url }: Told) {
  if (url.searchParams.get('token') !== 't')
    return { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } };
  if (Buffer.byteLength(JSON.stringify(body)) > 32_000)
    return { status: 400, body: { error: { code: 400, status: 'INVALID_ARGUMENT' } } };
  return { status: 200, body: { name: 'spaces/AAAA-1/messages/x' } };
}

describe('Google Chat', () => {
  it('is told in a card, and of the same case in the same thread', async () => {
    const first = await tell(channel, SETTINGS, notice(), chat);
    const later = await tell(channel, SETTINGS, notice({ kind: 'waiting', waiting_minutes: 15 }), chat);
    expect(first.verdict.outcome).toBe('ok');
    expect(first.told.body['thread']).toEqual(later.told.body['thread']);
    expect(later.told.url.searchParams.get('messageReplyOption')).toBe(
      'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD',
    );
    expect(textsOf(later.told.body['cardsV2'])).toContain('Northpine: nobody has looked for 15 minutes');
  });

  it('shows a visitor’s words as text, in a card, where nobody can be mentioned', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, '&') }),
      chat,
    );
    expect(verdict.outcome).toBe('ok');
    expect(told.body).not.toHaveProperty('text');
    const texts = textsOf(told.body['cardsV2']).filter((text) => text.includes('everyone'));
    expect(texts).toHaveLength(1);
    expect(texts[0]!.replaceAll('<br>', '')).not.toMatch(/[<>]/);
    expect(texts[0]).toContain('&lt;users/all&gt;');
  });

  it.each([
    [401, 'gone'],
    [404, 'gone'],
    [400, 'permanent'],
    [429, 'retry'],
    [500, 'retry'],
  ] as const)('answering %i ends in %s', async (status, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({
      status,
      body: { error: { code: status } },
    }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('takes the address of a space’s webhook with its key and token', () => {
    expect(channel.validate(SETTINGS)).toEqual({ settings: SETTINGS });
    expect(channel.validate({ url: SETTINGS.url.replace('&token=t', '') })).toMatchObject({ field: 'url' });
  });
});
