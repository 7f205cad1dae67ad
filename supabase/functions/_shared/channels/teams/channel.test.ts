import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, tell, textsOf, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = {
  url: 'https://prod-12.westeurope.logic.azure.com/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sig=AbC',
};

interface Card {
  body: { type: string; inlines: { type: string; text: string }[] }[];
  actions: { type: string; url: string }[];
}

const cardOf = (told: Told) =>
  (told.body['attachments'] as { contentType: string; content: Card }[])[0]!.content;

/** As a workflow's trigger does: taken, without a word; what is not one card is refused further on. */
function workflow({ body, url }: Told) {
  if (url.searchParams.get('sig') !== 'AbC')
    return { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } };
  if (Buffer.byteLength(JSON.stringify(body)) > 28 * 1024) return { status: 413, body: '' };
  const [attachment] = body['attachments'] as { contentType: string }[];
  return {
    status: attachment?.contentType === 'application/vnd.microsoft.card.adaptive' ? 202 : 400,
    body: '',
  };
}

describe('Microsoft Teams', () => {
  it('is given a card with the question and a way to the case', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ kind: 'waiting', waiting_minutes: 60 }),
      workflow,
    );
    expect(verdict.outcome).toBe('ok');
    expect(textsOf(cardOf(told).body)).toContain('Northpine: nobody has looked for 1 hour');
    expect(cardOf(told).actions).toMatchObject([
      { type: 'Action.OpenUrl', url: 'https://desk.example.com/c/1' },
    ]);
  });

  it('shows a visitor’s words in runs of text, where Markdown is not read and nobody is mentioned', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: HOSTILE.padEnd(4000, '𝒙') }),
      workflow,
    );
    expect(verdict.outcome).toBe('ok');
    const { body } = cardOf(told);
    expect(new Set(body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(new Set(body.flatMap(({ inlines }) => inlines.map(({ type }) => type)))).toEqual(
      new Set(['TextRun']),
    );
    expect(JSON.stringify(told.body)).not.toContain('"entities"');
    expect(JSON.stringify(body)).toContain('<at>All</at>');
  });

  it('stays below 28 KB whatever the words are made of', async () => {
    const { verdict } = await tell(channel, SETTINGS, notice({ question: '👩‍👩‍👧‍👦"\\'.repeat(1300) }), workflow);
    expect(verdict.outcome).toBe('ok');
  });

  it.each([
    [401, 'gone'],
    [404, 'gone'],
    [400, 'permanent'],
    [429, 'retry'],
    [502, 'retry'],
  ] as const)('answering %i ends in %s', async (status, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body: '' }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('takes the address of a workflow with its signature', () => {
    expect(channel.validate({ url: SETTINGS.url.replace('.com/', '.com:443/') })).toEqual({
      settings: SETTINGS,
    });
    for (const url of [
      'https://example.webhook.office.com/webhookb2/1',
      SETTINGS.url.replace('sig=', 'x='),
      SETTINGS.url.replace('azure.com', 'azure.com.evil.example'),
    ])
      expect(channel.validate({ url })).toMatchObject({ field: 'url' });
  });
});
