// People of one team at the same moment: somebody is removed while acting, a chatbot is handed to two people, two save different
// settings, one opens a case in one window and answers it in another. Everybody is served or refused, nobody waits for ever, and
// nothing belongs to a stranger.
import type { TransactionSql } from 'postgres';
import { beforeEach, describe, expect, it } from 'vitest';
import { rpc, signUp, type Person } from '../support/clients.ts';
import { endsOrWaitsFor, pidOf, somebodyWaitsFor } from '../support/interleaving.ts';
import { escalate, makeChatbot, type OwnedChatbot } from '../support/outbox.ts';
import { sql, stack } from '../support/stack.ts';

let chatbot: OwnedChatbot;
let member: Person;

beforeEach(async () => {
  chatbot = await makeChatbot(stack);
  member = await signUp(stack);
  await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${chatbot.id}, ${member.id}, 'admin')`;
});

async function become(transaction: TransactionSql, { id }: Person): Promise<void> {
  await transaction`select set_config('request.jwt.claims', ${JSON.stringify({ sub: id })}, true)`;
}

describe('whoever is being removed', () => {
  /** What `act` answers that begins when the member's removal has been done and not committed. */
  async function duringRemoval(act: () => Promise<unknown>): Promise<unknown> {
    let acting: Promise<unknown> = Promise.resolve();
    await sql.begin(async (removing) => {
      await become(removing, chatbot.owner);
      await removing`select remove_member(${chatbot.id}, ${member.id})`;
      acting = act();
      await endsOrWaitsFor(sql, await pidOf(removing), acting);
    });
    return await acting.catch((error: { code?: string }) => error.code);
  }

  it('cannot claim a case any more', async () => {
    const { escalation_id } = await escalate(sql, chatbot.id);
    expect(await duringRemoval(() => rpc(member.db, 'claim_escalation', { escalation_id }))).toBe('NTFND');
    expect(await sql`select claimed_by from escalations where id = ${escalation_id}`).toEqual([
      { claimed_by: null },
    ]);
  });

  it.each(['assign_escalation', 'assign_many'])('is given no case any more by %s', async (name) => {
    const { escalation_id } = await escalate(sql, chatbot.id);
    const target = name === 'assign_many' ? { escalation_ids: [escalation_id] } : { escalation_id };
    const answer = await duringRemoval(() =>
      rpc(chatbot.owner.db, name, { ...target, user_id: member.id }).then((done) =>
        (done as { skipped?: { code: string }[] }).skipped?.map(({ code }) => code).join(),
      ),
    );
    expect(answer).toBe('NTFND');
    expect(await sql`select claimed_by from escalations where id = ${escalation_id}`).toEqual([
      { claimed_by: null },
    ]);
  });

  it('leaves no invitation behind', async () => {
    const invitation = { chatbot_id: chatbot.id, email: 'friend@example.test', role: 'agent' };
    expect(await duringRemoval(() => rpc(member.db, 'invite_member', invitation))).toBe('NTFND');
    expect(await sql`select from chatbot_invites where chatbot_id = ${chatbot.id}`).toHaveLength(0);
  });

  it('is removed after what is being assigned to them, which is then free again', async () => {
    const { escalation_id } = await escalate(sql, chatbot.id);
    let removing: Promise<unknown> = Promise.resolve();
    await sql.begin(async (assigning) => {
      await become(assigning, chatbot.owner);
      await assigning`select assign_escalation(${escalation_id}, ${member.id})`;
      removing = rpc(chatbot.owner.db, 'remove_member', { chatbot_id: chatbot.id, user_id: member.id });
      await endsOrWaitsFor(sql, await pidOf(assigning), removing);
    });
    await removing;
    expect(await sql`select claimed_by from escalations where id = ${escalation_id}`).toEqual([
      { claimed_by: null },
    ]);
  });
});

describe('a chatbot that is handed over', () => {
  /** What `second` answers that begins when `first` has been done by the owner and not committed. */
  async function during(
    first: (transaction: TransactionSql) => Promise<unknown>,
    second: () => Promise<unknown>,
  ): Promise<unknown> {
    let acting: Promise<unknown> = Promise.resolve();
    await sql.begin(async (transaction) => {
      await become(transaction, chatbot.owner);
      await first(transaction);
      acting = second();
      await endsOrWaitsFor(sql, await pidOf(transaction), acting);
    });
    return await acting.then(
      () => 'done',
      (error: { code?: string }) => error.code,
    );
  }

  const transferTo = ({ id }: Person) =>
    rpc(chatbot.owner.db, 'transfer_chatbot', { chatbot_id: chatbot.id, user_id: id });
  const remove = ({ id }: Person) =>
    rpc(chatbot.owner.db, 'remove_member', { chatbot_id: chatbot.id, user_id: id });

  /** Who the chatbot says its owner is, and everybody's role by their id. */
  async function team(): Promise<{ owner: string; roles: Record<string, string> }> {
    const [row] = await sql<{ owner_id: string }[]>`select owner_id from chatbots where id = ${chatbot.id}`;
    const members = await sql<{ user_id: string; role: string }[]>`
      select user_id, role from chatbot_members where chatbot_id = ${chatbot.id}`;
    return {
      owner: row!.owner_id,
      roles: Object.fromEntries(members.map(({ user_id, role }) => [user_id, role])),
    };
  }

  it('to two people at once belongs to the first, and whoever gave it away cannot give it again', async () => {
    const other = await signUp(stack);
    await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${chatbot.id}, ${other.id}, 'agent')`;
    const answer = await during(
      (first) => first`select transfer_chatbot(${chatbot.id}, ${member.id})`,
      () => transferTo(other),
    );
    expect(answer).toBe('FORBD');
    expect(await team()).toEqual({
      owner: member.id,
      roles: { [member.id]: 'owner', [chatbot.owner.id]: 'admin', [other.id]: 'agent' },
    });
  });

  it('to somebody who is being removed stays where it is', async () => {
    const answer = await during(
      (first) => first`select remove_member(${chatbot.id}, ${member.id})`,
      () => transferTo(member),
    );
    expect(answer).toBe('NTFND');
    expect(await team()).toEqual({ owner: chatbot.owner.id, roles: { [chatbot.owner.id]: 'owner' } });
  });

  it('keeps the new owner whom somebody wanted to remove meanwhile', async () => {
    const answer = await during(
      (first) => first`select transfer_chatbot(${chatbot.id}, ${member.id})`,
      () => remove(member),
    );
    expect(answer).toBe('LASTO');
    expect(await team()).toEqual({
      owner: member.id,
      roles: { [member.id]: 'owner', [chatbot.owner.id]: 'admin' },
    });
  });
});

describe('two windows', () => {
  it('save appearance and buttons, and neither waits for ever', async () => {
    let saving: Promise<unknown> = Promise.resolve();
    await sql.begin(async (first) => {
      await become(first, chatbot.owner);
      await first`select private.lock_settings(${chatbot.id})`;
      saving = rpc(member.db, 'save_appearance', { chatbot_id: chatbot.id, settings: { name: 'Renamed' } });
      await somebodyWaitsFor(sql, await pidOf(first));
      await first`select save_followup_buttons(${chatbot.id}, '[{"type": "escalate", "label": "A person"}]')`;
    });
    expect(await saving).toMatchObject({ name: 'Renamed' });
  });

  it('answer a case in the one and open it in the other, and neither waits for ever', async () => {
    const { conversation_id } = await escalate(sql, chatbot.id);
    let opening: Promise<unknown> = Promise.resolve();
    await sql.begin(async (answering) => {
      await become(answering, member);
      await answering`select private.hold_conversation(${conversation_id}, ${crypto.randomUUID()})`;
      opening = rpc(member.db, 'open_case', { conversation_id });
      await somebodyWaitsFor(sql, await pidOf(answering));
      await answering`select send_reply(${conversation_id}, ${crypto.randomUUID()}, 'Hello')`;
    });
    expect(await opening).toMatchObject({ conversation: { id: conversation_id } });
  });
});
