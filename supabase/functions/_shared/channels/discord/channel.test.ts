import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, read, tell, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { url: 'https://discord.com/api/webhooks/1234567890/ab-CD_12' };

/** As Discord does: nothing on success, a code with every refusal. */
function discord({ body }: Told) {
  const { content } = body as { content?: string };
  if (!content) return { status: 400, body: { message: 'Cannot send an empty message', code: 50006 } };
  if (content.length > 2000) return { status: 400, body: { message: 'Invalid Form Body', code: 50035 } };
  return { status: 204 };
}

describe('Discord', () => {
  it('is told in one message that shows no previews and mentions nobody', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice(), discord);
    expect(verdict.outcome).toBe('ok');
    expect(told.body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(told.body['content']).toContain('> Where is my parcel?');
    expect(told.body['content']).toContain('<https://desk.example.com/c/1>');
  });

  it('shows a visitor’s words as typed, none of them a mention, a link or a format', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice({ question: HOSTILE }), discord);
    expect(verdict.outcome).toBe('ok');
    const quote = String(told.body['content'])
      .split('\n')
      .filter((line) => line.startsWith('> '))
      .join('\n');
    const words = quote.replace(/^> /gm, '');
    expect(words).not.toMatch(/@[\w]|<[@!#:]|(?<!\\)[*_~`[\]()#]/);
    expect(read(words)).toContain('@everyone @here');
    expect(read(words)).toContain('**b** _i_ ~s~ `c`');
  });

  it('keeps to 2,000 characters when every one of 4,000 has to be escaped', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice({ question: '*@'.repeat(2000) }), discord);
    expect(verdict.outcome).toBe('ok');
    expect(String(told.body['content'])).toMatch(/…\n.*\n.*desk\.example\.com/);
  });

  it.each([
    [404, { message: 'Unknown Webhook', code: 10015 }, 'gone'],
    [401, { message: 'Invalid Webhook Token', code: 50027 }, 'gone'],
    [400, { message: 'Invalid Form Body', code: 50035 }, 'permanent'],
    [503, '', 'retry'],
  ] as const)('answering %i %j ends in %s', async (status, body, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('is left alone for as long as it asks, to the fraction of a second', async () => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 1.337, global: false },
    }));
    expect(verdict).toMatchObject({ outcome: 'retry', retry_after_seconds: 1.337 });
  });

  it('takes the address of a webhook and nothing else', () => {
    expect(channel.validate(SETTINGS)).toEqual({ settings: SETTINGS });
    for (const url of [
      'https://discord.com/channels/1/2',
      'https://discord.com.evil.example/api/webhooks/1/x',
    ])
      expect(channel.validate({ url })).toMatchObject({ field: 'url' });
  });
});
