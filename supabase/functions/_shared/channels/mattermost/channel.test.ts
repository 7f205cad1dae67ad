import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, read, tell, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { url: 'https://chat.example.com/hooks/abcdefghijklmnopqrstuvwxyz' };

/** As the server does: "ok", or an error by name. */
function server({ body }: Told) {
  const { text } = body as { text?: string };
  if (!text) return { status: 400, body: { id: 'web.incoming_webhook.text.app_error', status_code: 400 } };
  if (text.length > 16_383) return { status: 400, body: { id: 'api.context.invalid_body_param.app_error' } };
  return { status: 200, body: 'ok' };
}

describe('Mattermost', () => {
  it('is told in Markdown of ours', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice(), server);
    expect(verdict.outcome).toBe('ok');
    expect(told.body['text']).toContain('> Where is my parcel?');
    expect(told.body['text']).toContain('[Open the conversation](https://desk.example.com/c/1)');
  });

  it('shows a visitor’s words as typed, none of them a mention of either kind, a link or a format', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, ' *') }),
      server,
    );
    expect(verdict.outcome).toBe('ok');
    const words = String(told.body['text'])
      .split('\n')
      .filter((line) => line.startsWith('> '))
      .join('\n')
      .replace(/^> /gm, '');
    expect(words).not.toMatch(/@\w|<[!@#\w]|~\w|:\w+:|(?<!\\)[*_`[\]()#]/);
    expect(read(words)).toContain('<!channel>');
    expect(read(words)).toContain('~town-square');
    expect(read(words)).toContain(':tada:');
  });

  it.each([
    [400, { id: 'web.incoming_webhook.invalid.app_error' }, 'gone'],
    [501, { id: 'web.incoming_webhook.disabled.app_error' }, 'gone'],
    [400, { id: 'web.incoming_webhook.text.app_error' }, 'permanent'],
    [429, 'limit exceeded', 'retry'],
    [500, '', 'retry'],
  ] as const)('answering %i %j ends in %s', async (status, body, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('takes the address of a webhook on any public server, also below a path', () => {
    expect(channel.validate(SETTINGS)).toEqual({ settings: SETTINGS });
    const below = { url: 'https://example.com/chat/hooks/abcdefghijklmnopqrstuvwxyz' };
    expect(channel.validate(below)).toEqual({ settings: below });
    for (const url of [
      'https://10.0.0.1/hooks/abcdefghijklmnopqrstuvwxyz',
      'https://chat.example.com/hooks/short',
    ])
      expect(channel.validate({ url })).toMatchObject({ field: 'url' });
  });
});
