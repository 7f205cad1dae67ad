import { describe, expect, it } from 'vitest';
import { AppError } from '../_shared/errors.ts';
import type { Delivery } from './delivery.ts';
import { dispatchHandler } from './handler.ts';
import type { DispatchOptions } from './handler.ts';
import type { PostResult } from './post-result.ts';

// Only what lies between the database and the network is tried here: order, time and failure. What both really do is tried on
// the whole stack, in tests/integration and tests/fault.

interface World {
  options: DispatchOptions;
  posted: string[];
  finished: { id: string; outcome: string }[];
  /** The names of the SQL functions called, in order. */
  calls: string[];
}

type Rpc = (name: string, parameters: Record<string, unknown>) => unknown;

/** A handler's surroundings; `answer` may take over a call, or return undefined to leave it as it is. */
function world(
  due: Delivery[][],
  answer: Rpc = () => undefined,
  changes: Partial<DispatchOptions> = {},
): World {
  const posted: string[] = [];
  const finished: World['finished'] = [];
  const calls: string[] = [];
  const options: DispatchOptions = {
    rpc: async <T>(name: string, parameters: Record<string, unknown>) => {
      calls.push(name);
      const answered = await answer(name, parameters);
      if (answered !== undefined) return answered as T;
      if (name === 'claim_deliveries') return (due.shift() ?? []) as T;
      if (name !== 'finish_deliveries') return null as T;
      const results = parameters['p_results'] as World['finished'];
      finished.push(...results.map(({ id, outcome }) => ({ id, outcome })));
      return results.length as T;
    },
    sendMails: async (mails) =>
      mails.map(() => ({ outcome: 'ok', status_code: 200, error_code: null, error: null })),
    safePost: async ({ headers }) => {
      posted.push(headers['webhook-id'] ?? '');
      return { status: 200, failure: null, retry_after_seconds: null, snippet: null, duration_ms: 1 };
    },
    channelsOrigin: null,
    now: Date.now,
    dispatchKey: 'the-key',
    mail: { from: 'alerts@handoff.test', messageStream: 'outbound' },
    keepAlive: () => undefined,
    ...changes,
  };
  return { options, posted, finished, calls };
}

function webhook(id: string): Delivery {
  return {
    id,
    kind: 'webhook',
    purpose: 'event',
    lease_token: `lease-${id}`,
    attempt: 1,
    recipient: null,
    recipient_time_zone: null,
    reply_to: null,
    act_urls: null,
    escalated_at_local: null,
    chatbot: { id: 'b', name: 'Acme' },
    conversation_id: null,
    escalation: null,
    lead: null,
    event: { id, type: 'conversation.escalated' },
    channel: null,
    device: null,
    endpoint: { id: 'w', url: 'https://hooks.example.com/', secret: 'whsec_c2VjcmV0', previous_secret: null },
    body: '{}',
    data: null,
  };
}

const invitation = (
  id: string,
  data: Delivery['data'] = { url: 'https://app.example.com/invite/x' },
): Delivery => ({
  ...webhook(id),
  kind: 'email',
  purpose: 'invite',
  recipient: `${id}@example.org`,
  event: null,
  device: null,
  endpoint: null,
  body: null,
  data,
});

const ring = (key = 'the-key') =>
  new Request('http://localhost/dispatch', { method: 'POST', headers: { 'x-dispatch-key': key } });

async function report(response: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>;
}

describe('who may ring', () => {
  it('is whoever has the key; nobody else reaches the database', async () => {
    const { options, calls } = world([]);
    const handle = dispatchHandler(options);
    for (const key of ['', 'the-ke', 'the-key ', 'THE-KEY']) {
      // `Headers` trims blanks, so the third one is the key itself.
      expect((await handle(ring(key))).status).toBe(key.trim() === 'the-key' ? 200 : 401);
    }
    expect((await dispatchHandler({ ...options, dispatchKey: '' })(ring(''))).status).toBe(401);
    expect(calls.filter((name) => name === 'record_sweep')).toHaveLength(1);
  });
});

describe('a sweep', () => {
  it('claims until nothing is due and reports what it did', async () => {
    const { options, posted, finished } = world([[webhook('a'), webhook('b')], [webhook('c')], []]);
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({
      claimed: 3,
      sent: 3,
      late: 0,
      failed: 0,
    });
    expect(posted.sort()).toEqual(['a', 'b', 'c']);
    expect(finished.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  it('claims again while slow receivers are still being waited for', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { options, finished } = world([[webhook('slow')], [webhook('fast')], []]);
    const { safePost } = options;
    const handle = dispatchHandler({
      ...options,
      safePost: async (request) => {
        if (request.headers['webhook-id'] === 'slow') await held;
        return await safePost(request);
      },
    });
    const sweeping = report(handle(ring()));
    await expect.poll(() => finished).toEqual([{ id: 'fast', outcome: 'ok' }]);
    release();
    expect(await sweeping).toMatchObject({ claimed: 2, sent: 2 });
  });

  it('is joined by a second call, which makes it look once more', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const due = [[webhook('a')], []];
    const { options, posted } = world(due);
    const { safePost } = options;
    const handle = dispatchHandler({
      ...options,
      safePost: async (request): Promise<PostResult> => {
        if (request.headers['webhook-id'] === 'a') await held;
        return await safePost(request);
      },
    });
    const first = report(handle(ring()));
    await expect.poll(() => due.length).toBe(0);
    due.push([webhook('b')]);
    const second = report(handle(ring()));
    await expect.poll(() => posted).toEqual(['b']);
    release();
    expect(await first).toMatchObject({ claimed: 2, is_joined: false });
    expect(await second).toMatchObject({ claimed: 2, is_joined: true });
  });

  it.each([
    ['webhooks', (id: string) => webhook(id), 100, 400],
    ['mails', (id: string) => invitation(id), 1000, 3300],
  ])(
    'does its share of %s and hands over, so that no call takes a second of the processor',
    async (_, due, least, most) => {
      let made = 0;
      const endless: Rpc = (name, { p_limit }) =>
        name === 'claim_deliveries'
          ? Array.from({ length: Number(p_limit) }, () => due(`d${made++}`))
          : undefined;
      const { options, finished, calls } = world([], endless);
      const { claimed } = await report(dispatchHandler(options)(ring()));
      expect(claimed).toBeGreaterThan(least);
      expect(claimed).toBeLessThan(most);
      expect(finished).toHaveLength(Number(claimed));
      expect(calls.filter((name) => name === 'hand_over_sweep')).toHaveLength(1);
    },
  );

  it('hands over to nobody when nothing is left', async () => {
    const { options, calls } = world([[webhook('a')], []]);
    await report(dispatchHandler(options)(ring()));
    expect(calls).not.toContain('hand_over_sweep');
  });

  it('leaves to others what it was kept from sending for too long', async () => {
    let now = Date.now();
    const clock = (name: string) => void (name === 'claim_deliveries' && (now += 16_000));
    const { options, posted, finished } = world([[webhook('a')]], clock, { now: () => now });
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ claimed: 1, sent: 0, late: 1 });
    expect(posted).toEqual([]);
    expect(finished).toEqual([]);
  });

  it('writes a result down although the database is away for a while, and sends nothing twice', async () => {
    let failures = 2;
    const away: Rpc = (name) => {
      if (name === 'finish_deliveries' && failures-- > 0) throw new AppError('UNAVL');
      return undefined;
    };
    const { options, posted, finished } = world([[webhook('a')]], away);
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ sent: 1, late: 0 });
    expect(posted).toEqual(['a']);
    expect(finished).toEqual([{ id: 'a', outcome: 'ok' }]);
  });

  it('writes the others down when the database cannot take one of the results', async () => {
    const picky: Rpc = (name, { p_results }) => {
      if (name === 'finish_deliveries' && (p_results as { id: string }[]).some(({ id }) => id === 'b')) {
        throw new AppError('INTRN');
      }
      return undefined;
    };
    const { options, finished } = world([[webhook('a'), webhook('b'), webhook('c')]], picky);
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ claimed: 3, late: 1 });
    expect(finished.map(({ id }) => id).sort()).toEqual(['a', 'c']);
  });

  it('counts what came too late', async () => {
    const { options } = world([[webhook('a')]], (name) => (name === 'finish_deliveries' ? 0 : undefined));
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ late: 1 });
  });

  it('writes a result that the database refuses for good without its texts', async () => {
    const written: unknown[] = [];
    const picky: Rpc = (name, { p_results }) => {
      if (name !== 'finish_deliveries') return undefined;
      if (JSON.stringify(p_results).includes('the answer')) throw new AppError('INTRN');
      written.push(...(p_results as unknown[]));
      return (p_results as unknown[]).length;
    };
    const { options } = world([[webhook('a')]], picky, {
      safePost: async () => ({
        status: 500,
        failure: null,
        retry_after_seconds: null,
        snippet: 'the answer',
        duration_ms: 7,
      }),
    });
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ retried: 1, late: 0 });
    expect(written).toEqual([
      {
        id: 'a',
        lease_token: 'lease-a',
        outcome: 'retry',
        status_code: 500,
        duration_ms: 7,
        retry_after_seconds: 0,
        error_code: null,
        error: null,
      },
    ]);
  });

  it('asks with the same token for what a claim took whose answer was lost, and with a new one afterwards', async () => {
    const tokens: unknown[] = [];
    const lossy: Rpc = (name, { p_claim }) => {
      if (name !== 'claim_deliveries') return undefined;
      tokens.push(p_claim);
      if (tokens.length === 1) throw new AppError('UNAVL');
      return undefined;
    };
    const { options, posted } = world([[webhook('a')], []], lossy);
    await dispatchHandler(options)(ring());
    expect(posted).toEqual(['a']);
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    expect(tokens[1]).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(tokens.length - 1);
  });

  it('stays awake for what becomes due soon, after it has answered, and has a call of its own come for it', async () => {
    const soon = [0.05];
    const { options, calls } = world([[webhook('a')], []], (name) =>
      name === 'next_due' ? (soon.shift() ?? null) : undefined,
    );
    const alive: Promise<unknown>[] = [];
    const handle = dispatchHandler({ ...options, keepAlive: (work) => void alive.push(work) });
    await handle(ring());
    const claims = calls.filter((name) => name === 'claim_deliveries').length;
    await Promise.all(alive);
    expect(calls.at(-1)).toBe('hand_over_sweep');
    expect(calls.filter((name) => name === 'claim_deliveries')).toHaveLength(claims);
  });

  it('sends a backlog of mails in small steps after a start, and in larger ones as they are answered', async () => {
    const sizes: number[] = [];
    const backlog = Array.from({ length: 70 }, (_, index) => invitation(`m${index}`));
    const { options } = world([backlog, []], undefined, {
      sendMails: async (mails) => {
        sizes.push(mails.length);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return mails.map(() => ({ outcome: 'ok', status_code: 200, error_code: null, error: null }));
      },
    });
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ sent: 70 });
    expect(sizes.slice(0, 3)).toEqual([5, 5, 10]);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(70);
  });

  it('answers 503 when it cannot claim, after everything it has claimed is written down', async () => {
    let claims = 0;
    const broken: Rpc = (name) => {
      if (name === 'claim_deliveries' && ++claims > 1) throw new AppError('UNAVL');
      return undefined;
    };
    const { options, finished } = world([[webhook('a')]], broken);
    expect((await dispatchHandler(options)(ring())).status).toBe(503);
    expect(finished).toEqual([{ id: 'a', outcome: 'ok' }]);
  });

  it('sends although its chores fail', async () => {
    const chores: Rpc = (name) => {
      if (name === 'maintain' || name === 'record_sweep') throw new AppError('INTRN');
      return undefined;
    };
    const { options } = world([[webhook('a')]], chores);
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ sent: 1 });
  });

  it('fails only the mail that cannot be written', async () => {
    const unwritable = { ...invitation('bad'), purpose: 'alert' as const };
    const { options, finished } = world([[invitation('a'), unwritable, invitation('c')]]);
    await dispatchHandler(options)(ring());
    expect(Object.fromEntries(finished.map(({ id, outcome }) => [id, outcome]))).toEqual({
      a: 'ok',
      bad: 'permanent',
      c: 'ok',
    });
  });

  it('pauses the mail channel while no sender address is set, and goes on with webhooks', async () => {
    const { options, finished } = world([[invitation('a'), webhook('b')]], undefined, { mail: null });
    await dispatchHandler(options)(ring());
    expect(Object.fromEntries(finished.map(({ id, outcome }) => [id, outcome]))).toEqual({
      a: 'pause',
      b: 'ok',
    });
  });

  it('sends mails that come while others are being sent in one call', async () => {
    const sizes: number[] = [];
    const claims = Array.from({ length: 10 }, (_, index) => [invitation(`m${index}`)]);
    const { options } = world(claims, undefined, {
      sendMails: async (mails) => {
        sizes.push(mails.length);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return mails.map(() => ({ outcome: 'ok', status_code: 200, error_code: null, error: null }));
      },
    });
    expect(await report(dispatchHandler(options)(ring()))).toMatchObject({ claimed: 10, sent: 10 });
    expect(sizes).toEqual([1, 1, 8]);
  });
});
