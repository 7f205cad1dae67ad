// Asking for a person succeeds, whatever an owner or the upkeep is doing to things it touches at that very moment; and what has left
// cannot be taken back.
import { beforeAll, describe, expect, it } from 'vitest';
import { endsOrWaitsFor, pidOf, somebodyWaitsFor } from '../support/interleaving.ts';
import { addEndpoint, escalate, makeChatbot, webhookOf, type OwnedChatbot } from '../support/outbox.ts';
import { sql, stack } from '../support/stack.ts';

describe('asking for a person', () => {
  let chatbot: OwnedChatbot;

  beforeAll(async () => {
    chatbot = await makeChatbot(stack);
  });

  /** A session nobody has written in. */
  async function startSession(age = '0 days'): Promise<string> {
    const [conversation] = await sql<{ id: string }[]>`
      insert into conversations (chatbot_id, created_at) values (${chatbot.id}, now() - ${age}::interval) returning id`;
    return conversation!.id;
  }

  it('is not undone by the pruning that found the session unused', async () => {
    const conversation_id = await startSession('31 days');
    let pruning: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tapping) => {
      await tapping`insert into escalations (conversation_id, trigger) values (${conversation_id}, 'inline_cta')`;
      pruning = sql`select private.prune()`.execute();
      await somebodyWaitsFor(sql, await pidOf(tapping));
    });
    await pruning;
    expect(await sql`select status from escalations where conversation_id = ${conversation_id}`).toEqual([
      { status: 'open' },
    ]);
  });

  it('while an unused session does go', async () => {
    const conversation_id = await startSession('31 days');
    await sql`select private.prune()`;
    expect(await sql`select from conversations where id = ${conversation_id}`).toHaveLength(0);
  });

  it('is not refused because an endpoint that would hear of it is being deleted', async () => {
    const endpoint = await addEndpoint(chatbot, 'https://hooks.example.com/going');
    const staying = await addEndpoint(chatbot, 'https://hooks.example.com/staying');
    const conversation_id = await startSession();
    let tapping: Promise<{ id: string }[]> = Promise.resolve([]);
    await sql.begin(async (deleting) => {
      await deleting`delete from webhook_endpoints where id = ${endpoint.id}`;
      tapping = sql<{ id: string }[]>`
        insert into escalations (conversation_id, trigger) values (${conversation_id}, 'inline_cta') returning id`.execute();
      await endsOrWaitsFor(sql, await pidOf(deleting), tapping);
    });
    const [escalation] = await tapping;
    expect(await webhookOf(sql, escalation!.id)).toMatchObject({ endpoint_id: staying.id });
  });

  it('does not wait while an endpoint is being changed or its failed deliveries are sent again', async () => {
    const endpoint = await addEndpoint(chatbot, 'https://hooks.example.com/busy');
    const conversation_id = await startSession();
    await sql.begin(async (redelivering) => {
      await redelivering`select set_config('request.jwt.claims', ${JSON.stringify({ sub: chatbot.owner.id })}, true)`;
      await redelivering`select private.redeliver_failed(${endpoint.id}, null)`;
      await sql.begin(async (tapping) => {
        await tapping`set local lock_timeout = '10s'`;
        await tapping`insert into escalations (conversation_id, trigger) values (${conversation_id}, 'inline_cta')`;
      });
    });
    expect(await sql`select from escalations where conversation_id = ${conversation_id}`).toHaveLength(1);
  });

  it('gets its message answered while the answer is being deleted', async () => {
    const question = 'When do you open on bank holidays?';
    const [answer] = await sql<{ id: string }[]>`
      insert into answers (chatbot_id, question, answer) values (${chatbot.id}, ${question}, 'At ten.') returning id`;
    const token = crypto.randomUUID().replaceAll('-', '').repeat(2);
    await sql`select widget_start_session(${chatbot.id}, 'en', null, null, ${token}, null, null)`;
    let posting: Promise<{ reply: { text: string } }[]> = Promise.resolve([]);
    await sql.begin(async (deleting) => {
      await deleting`delete from answers where id = ${answer!.id}`;
      posting = sql<{ reply: { text: string } }[]>`
        select p -> 'reply' as reply
        from widget_post_message(${token}, ${crypto.randomUUID()}, ${question}, null, null) p`.execute();
      await endsOrWaitsFor(sql, await pidOf(deleting), posting);
    });
    expect((await posting)[0]?.reply.text).toBe('At ten.');
  });
});

describe('taking a resolve back', () => {
  /** A case that its owner has just resolved, and the deliveries that say so. */
  async function resolved() {
    const chatbot = await makeChatbot(stack);
    await addEndpoint(chatbot, 'https://hooks.example.com/resolved', ['conversation.resolved']);
    const { escalation_id } = await escalate(sql, chatbot.id);
    const { error } = await chatbot.owner.db.rpc('resolve_escalation', { escalation_id });
    if (error) throw error;
    const deliveries = await sql<{ id: string }[]>`
      select d.id from deliveries d join events v on v.id = d.event_id
      where v.escalation_id = ${escalation_id} and v.type = 'conversation.resolved'`;
    expect(deliveries).toHaveLength(1);
    const undo = async () => {
      const { error } = await chatbot.owner.db.rpc('undo_resolve', { escalation_id });
      return error?.code ?? 'done';
    };
    const status = async () =>
      (await sql<{ status: string }[]>`select status from escalations where id = ${escalation_id}`)[0]
        ?.status;
    return { delivery: deliveries[0]!.id, undo, status };
  }

  it('is done while nobody has heard of it', async () => {
    const { undo, status } = await resolved();
    expect([await undo(), await status()]).toEqual(['done', 'open']);
  });

  it('is too late when its webhook leaves at that very moment', async () => {
    const { delivery, undo, status } = await resolved();
    let undoing: Promise<string> = Promise.resolve('');
    await sql.begin(async (sending) => {
      await sending`update deliveries set attempt_count = 1 where id = ${delivery}`;
      undoing = undo();
      await somebodyWaitsFor(sql, await pidOf(sending));
    });
    expect([await undoing, await status()]).toEqual(['TOOLT', 'resolved']);
  });
});
