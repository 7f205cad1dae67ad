// Two sweeps and one summary mail: while the one is taking it away, its text already read, the other has a new alert for it.
import { describe, expect, it } from 'vitest';
import { makeChatbot } from '../support/outbox.ts';
import { sql, stack } from '../support/stack.ts';

describe('an alert beyond twenty an hour', () => {
  it('does not join a summary that another sweep is just taking, and finds the next one', async () => {
    const { id: chatbot_id, owner } = await makeChatbot(stack);
    // Due in an hour, so that the stack's own sweeps leave them alone.
    const [leaving] = await sql<{ id: string }[]>`
      insert into deliveries (chatbot_id, kind, purpose, recipient, next_attempt_at)
      values (${chatbot_id}, 'email', 'summary', ${owner.email}, now() + interval '1 hour') returning id`;
    const alerts = await sql<{ id: string }[]>`
      insert into deliveries (chatbot_id, kind, purpose, recipient, next_attempt_at)
      select ${chatbot_id}, 'email', 'alert', ${owner.email}, now() + interval '1 hour' from generate_series(1, 21)
      returning id`;
    const ids = alerts.map(({ id }) => id);

    const excess = await sql.begin(async (taking) => {
      await taking`select from deliveries where id = ${leaving!.id} for no key update`;
      const left = await sql.begin(async (folding) => {
        const [admitted] = await folding<
          { ids: string[] }[]
        >`select private.fold_excess(${ids}::uuid[]) as ids`;
        return await folding<
          { id: string; summary_id: string | null; reason: string | null; isDueSoon: boolean }[]
        >`
          select id, summary_id, reason, coalesce(next_attempt_at < now() + interval '10 s', false) as "isDueSoon"
          from deliveries where id = any (${ids}) and id <> all (${admitted!.ids})`;
      });
      await taking`update deliveries set attempt_count = 1 where id = ${leaving!.id}`;
      return left;
    });
    expect(excess).toEqual([{ id: excess[0]?.id, summary_id: null, reason: null, isDueSoon: true }]);

    await sql`select private.fold_excess(${[excess[0]!.id]}::uuid[])`;
    const [folded] = await sql`
      select d.reason, d.next_attempt_at, s.purpose, s.attempt_count, s.id <> ${leaving!.id} as "isNext"
      from deliveries d join deliveries s on s.id = d.summary_id where d.id = ${excess[0]!.id}`;
    expect(folded).toEqual({
      reason: 'in_summary',
      next_attempt_at: null,
      purpose: 'summary',
      attempt_count: 0,
      isNext: true,
    });
  });
});
