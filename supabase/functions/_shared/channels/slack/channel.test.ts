import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, tell, textsOf, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { url: 'https://hooks.slack.com/services/T0001/B0001/abcDEF123' };

/** As Slack does: "ok", or the name of what is wrong as plain text. */
function slack({ body, url }: Told) {
  if (!url.pathname.startsWith('/services/T0001/')) return { status: 404, body: 'no_service' };
  const { blocks, text } = body as { blocks?: unknown[]; text?: string };
  if (!text) return { status: 400, body: 'no_text' };
  if (text.length > 40_000 || JSON.stringify(blocks).length > 40_000)
    return { status: 400, body: 'invalid_blocks' };
  return { status: 200, body: 'ok' };
}

describe('Slack', () => {
  it('is told who asked what, with a link, and takes it', async () => {
    const { told, verdict } = await tell(channel, SETTINGS, notice(), slack);
    expect(verdict).toMatchObject({ outcome: 'ok' });
    const texts = textsOf(told.body['blocks']);
    expect(texts).toContain('Northpine: a visitor asked for a person');
    expect(texts).toContain('Where is my parcel?');
    expect(texts).toContain('https://desk.example.com/c/1');
  });

  it('holds a visitor’s words in a text element alone, where nothing is read into them', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, ' x'), chatbot: '<!channel>' }),
      slack,
    );
    expect(verdict.outcome).toBe('ok');
    const [{ elements }] = told.body['blocks'] as [
      { elements: { type: string; elements: { type: string }[] }[] },
    ];
    const types = elements.flatMap((part) => part.elements.map(({ type }) => type));
    expect(new Set(types)).toEqual(new Set(['text', 'link']));
    expect(told.body['text']).toBe('&lt;!channel&gt;: a visitor asked for a person');
    expect(JSON.stringify(told.body)).toContain('<!everyone> @everyone');
    expect(JSON.stringify(told.body)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it.each([
    [403, 'invalid_token', 'gone'],
    [404, 'no_service', 'gone'],
    [410, 'channel_is_archived', 'gone'],
    [400, 'invalid_payload', 'permanent'],
    [500, 'rollup_error', 'retry'],
  ] as const)('answering %i %s ends in %s', async (status, body, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('is left alone for as long as it asks', async () => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({
      status: 429,
      headers: { 'retry-after': '30' },
      body: 'rate_limited',
    }));
    expect(verdict).toMatchObject({ outcome: 'retry', retry_after_seconds: 30 });
  });

  it('takes the address of a webhook and nothing else', () => {
    expect(channel.validate({ url: `  ${SETTINGS.url} ` })).toEqual({ settings: SETTINGS });
    for (const url of [
      '',
      'https://hooks.slack.com/triggers/T0001/1/abc',
      'http://hooks.slack.com/services/T1/B1/x',
      'https://hooks.slack.com.evil.example/services/T1/B1/x',
    ])
      expect(channel.validate({ url })).toMatchObject({ field: 'url' });
  });
});
