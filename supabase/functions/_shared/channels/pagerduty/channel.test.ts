import { describe, expect, it } from 'vitest';
import { HOSTILE, notice, tell, type Told } from '../../../../../tests/support/channel-service.ts';
import { channel } from './channel.ts';

const SETTINGS = { routing_key: 'R0123456789ABCDEF0123456789ABCDE', region: 'us' };

/** As the Events API does: taken, or what is invalid about the event. */
function eventsApi({ body, url }: Told) {
  const { event_action, routing_key, dedup_key, payload } = body as {
    event_action: string;
    routing_key: string;
    dedup_key: string;
    payload?: { summary: string; source: string; severity: string };
  };
  const errors = [
    url.pathname !== '/v2/enqueue' && 'wrong path',
    routing_key.length !== 32 && "Length of 'routing_key' is incorrect (should be 32 characters)",
    (!dedup_key || dedup_key.length > 255) && "'dedup_key' is invalid",
    event_action === 'trigger' &&
      !(payload?.summary && payload.source && payload.severity) &&
      "'payload' is missing",
    (payload?.summary.length ?? 0) > 1024 && "'payload.summary' is too long",
  ].filter(Boolean);
  return errors.length > 0
    ? { status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors } }
    : { status: 202, body: { status: 'success', message: 'Event processed', dedup_key } };
}

describe('PagerDuty', () => {
  it('is told of one case under one key: triggered, acknowledged when seen, resolved when it is', async () => {
    const kinds = ['escalated', 'waiting', 'seen', 'resolved'] as const;
    const all = [];
    for (const kind of kinds) all.push(await tell(channel, SETTINGS, notice({ kind }), eventsApi));
    expect(all.map(({ verdict }) => verdict.outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(all.map(({ told }) => told.body['event_action'])).toEqual([
      'trigger',
      'trigger',
      'acknowledge',
      'resolve',
    ]);
    expect(new Set(all.map(({ told }) => told.body['dedup_key'])).size).toBe(1);
  });

  it('is told of each case by itself, so a summary says nothing to it', () => {
    expect(channel.words(notice({ kind: 'summary', count: 30 }))).toBeNull();
    expect(channel.description.is_summarised).toBe(false);
  });

  it('keeps to the length of a summary whatever the visitor’s words are made of', async () => {
    const { told, verdict } = await tell(
      channel,
      SETTINGS,
      notice({ question: `${HOSTILE}${'👩‍👩‍👧‍👦'.repeat(500)}`.slice(0, 4000) }),
      eventsApi,
    );
    expect(verdict.outcome).toBe('ok');
    expect(JSON.stringify(told.body)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('is called in its region', () => {
    expect(channel.send({ ...SETTINGS, region: 'eu' }, {}).url).toBe(
      'https://events.eu.pagerduty.com/v2/enqueue',
    );
  });

  it.each([
    [400, { status: 'invalid event', errors: ["'routing_key' is not valid"] }, 'gone'],
    [400, { status: 'invalid event', errors: ["'payload.severity' is invalid"] }, 'permanent'],
    [429, { status: 'throttled' }, 'retry'],
    [500, '', 'retry'],
  ] as const)('answering %i %j ends in %s', async (status, body, outcome) => {
    const { verdict } = await tell(channel, SETTINGS, notice(), () => ({ status, body }));
    expect(verdict.outcome).toBe(outcome);
  });

  it('takes an integration key and a region', () => {
    expect(channel.validate({ routing_key: SETTINGS.routing_key, region: '' })).toEqual({
      settings: SETTINGS,
    });
    expect(channel.validate({ routing_key: 'short' })).toMatchObject({ field: 'routing_key' });
    expect(channel.validate({ ...SETTINGS, region: 'mars' })).toMatchObject({ field: 'region' });
  });

  it('can have its region changed while the key stays unread', () => {
    const kept = new Set(['routing_key']);
    expect(channel.validate({ region: 'EU' }, kept)).toMatchObject({ settings: { region: 'eu' } });
    expect(channel.validate({ region: 'mars' }, kept)).toMatchObject({ field: 'region' });
  });
});
