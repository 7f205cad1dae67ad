import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, read, tell, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { bot_token: '123456789:AAabcdefghijklmnopqrstuvwxyz0123456', chat_id: '-1001234567890' };

/** As the Bot API does: `ok`, or a code, a sentence, and sometimes what to do. */
function botApi({ body, url }: Told) {
  if (url.pathname !== `/bot${SETTINGS.bot_token}/sendMessage`)
    return { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } };
  const { text = '' } = body as { text?: string };
  const refusal = text === '' ? 'message text is empty' : text.length > 4096 ? 'message is too long' : null;
  return refusal
    ? { status: 400, body: { ok: false, error_code: 400, description: `Bad Request: ${refusal}` } }
    : { status: 200, body: { ok: true, result: { message_id: 1 } } };
}

const refusing = (status: number, description: string, parameters?: object) => () => ({
  status,
  body: { ok: false, error_code: status, description, ...(parameters && { parameters }) },
});

describe('Telegram', () => {
  it('is told as the bot, in the chat, as text that is not parsed', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice(), botApi);
    expect(verdict.outcome).toBe('ok');
    expect(told.body).toMatchObject({
      chat_id: SETTINGS.chat_id,
      link_preview_options: { is_disabled: true },
    });
    expect(told.body).not.toHaveProperty('parse_mode');
    expect(told.body['text']).toContain('“Where is my parcel?”');
  });

  it('shows 4,000 characters of a visitor within its limit, and mentions nobody', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, ' @all') }),
      botApi,
    );
    expect(verdict.outcome).toBe('ok');
    expect(told.body['text']).not.toMatch(/@\w/);
    expect(read(String(told.body['text']))).toContain('@everyone @here');
    expect(told.body['text']).toMatch(/https:\/\/desk\.example\.com\/c\/1$/);
  });

  it.each([
    [401, 'Unauthorized', 'gone'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'gone'],
    [400, 'Bad Request: chat not found', 'gone'],
    [400, 'Bad Request: message is too long', 'permanent'],
    [502, 'Bad Gateway', 'retry'],
  ] as const)('answering %i “%s” ends in %s', async (status, description, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), refusing(status, description));
    expect(verdict.outcome).toBe(outcome);
    expect(JSON.stringify(verdict)).not.toContain(SETTINGS.bot_token);
  });

  it('says so when the group has a new id', async () => {
    const { verdict } = await tell(
      channel,
      SETTINGS,
      notice(),
      refusing(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: -1009,
      }),
    );
    expect(verdict).toMatchObject({ outcome: 'gone', error_code: 'TELEGRAM_MIGRATED' });
  });

  it('is left alone for as long as it asks', async () => {
    const { verdict } = await tell(
      channel,
      SETTINGS,
      notice(),
      refusing(429, 'Too Many Requests: retry after 35', { retry_after: 35 }),
    );
    expect(verdict).toMatchObject({ outcome: 'retry', retry_after_seconds: 35 });
  });

  it('takes a bot’s token and a chat’s id', () => {
    expect(channel.validate(SETTINGS)).toEqual({ settings: SETTINGS });
    expect(channel.validate({ ...SETTINGS, bot_token: 'x' })).toMatchObject({ field: 'bot_token' });
    expect(channel.validate({ ...SETTINGS, chat_id: 'team' })).toMatchObject({ field: 'chat_id' });
  });

  it('can have its chat changed while the token stays unread', () => {
    const kept = new Set(['bot_token']);
    expect(channel.validate({ chat_id: '-1009876543210' }, kept)).toMatchObject({
      settings: { chat_id: '-1009876543210' },
    });
    expect(channel.validate({ chat_id: 'room' }, kept)).toMatchObject({ field: 'chat_id' });
  });
});
