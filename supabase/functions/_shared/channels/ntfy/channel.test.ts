import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, tell, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { topic: 'handoff-8f2c61d4a7', server: 'https://ntfy.sh/' };

/** As the server does: the message as JSON, or an error by number. A message that is too long becomes a file. */
function server({ body, url, headers }: Told) {
  if (url.pathname !== '/')
    return { status: 400, body: { code: 40009, http: 400, error: 'invalid request: topic invalid' } };
  if (headers['authorization'] === 'Bearer tk_wrongwrongwrong')
    return { status: 401, body: { code: 40101, http: 401, error: 'unauthorized' } };
  const isFile = Buffer.byteLength(String(body['message'])) > 4096;
  return {
    status: 200,
    body: { id: 'x', event: 'message', ...(isFile && { attachment: { name: 'attachment.txt' } }) },
  };
}

describe('ntfy', () => {
  it('is told under the topic; pressing the message opens the case', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice(), server);
    expect(verdict.outcome).toBe('ok');
    expect(told.body).toMatchObject({
      topic: SETTINGS.topic,
      title: 'Northpine: a visitor asked for a person',
      click: 'https://desk.example.com/c/1',
    });
    expect(told.headers['authorization']).toBeUndefined();
  });

  it('shows a visitor’s words as they are, and as a message whatever bytes they take', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, '🌲') }),
      server,
    );
    expect(verdict.outcome).toBe('ok');
    expect(Buffer.byteLength(String(told.body['message']))).toBeLessThanOrEqual(4096);
    expect(told.body).not.toHaveProperty('markdown');
    expect(told.body['message']).toContain('@everyone');
  });

  it('signs in where a token was entered; one that is refused ends the channel', async () => {
    const { verdict } = await tell(channel, { ...SETTINGS, token: 'tk_wrongwrongwrong' }, notice(), server);
    expect(verdict.outcome).toBe('gone');
  });

  it.each([
    [403, { code: 40301, error: 'forbidden' }, 'gone'],
    [429, { code: 42901, error: 'limit reached: too many requests' }, 'retry'],
    [413, { code: 41301, error: 'attachment too large' }, 'permanent'],
    [507, { code: 50701, error: 'cannot publish to UnifiedPush topic' }, 'retry'],
  ] as const)('answering %i %j ends in %s', async (status, body, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('takes a topic, and a server and a token if there are', () => {
    expect(channel.validate({ topic: SETTINGS.topic, server: '', token: '' })).toEqual({
      settings: SETTINGS,
    });
    expect(channel.validate({ topic: 'a b' })).toMatchObject({ field: 'topic' });
    expect(channel.validate({ ...SETTINGS, server: 'http://ntfy.local' })).toMatchObject({ field: 'server' });
    expect(channel.validate({ ...SETTINGS, token: 'secret' })).toMatchObject({ field: 'token' });
  });

  it('can have its server changed while the topic stays unread', () => {
    const kept = new Set(['topic', 'token']);
    expect(channel.validate({ server: 'https://push.example.com' }, kept)).toMatchObject({
      settings: { server: 'https://push.example.com/' },
    });
    expect(channel.validate({ server: 'http://push.example.com' }, kept)).toMatchObject({ field: 'server' });
  });
});
