// Who hears a chatbot's private topic. Rights are checked when joining and with a new token, so the team moves to another topic
// when somebody is removed; and what is said there is worth nothing by itself.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { connectAs, rpc, signUp, waitFor, type Person } from '../support/clients.ts';
import { sql, stack } from '../support/stack.ts';
import { newTeam, newTenant, type Team, type Tenant } from '../support/tenants.ts';

type Notice = Record<string, unknown>;

interface Ear {
  channel: RealtimeChannel;
  status: string | null;
  reason: string;
  heard: { event: string; payload: Notice }[];
}

const HARMLESS = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)|\d+)$/;
const clients: SupabaseClient[] = [];
let team: Team;
let tenant: Tenant;
let stranger: Person;

beforeAll(async () => {
  [team, stranger] = await Promise.all([newTeam(stack), signUp(stack)]);
  tenant = await newTenant(sql, team);
  await newTenant(sql, { owner: stranger, admin: await signUp(stack), agent: await signUp(stack) });
});
afterAll(() => Promise.all(clients.map((client) => client.removeAllChannels())));

/** Where the database sends this member to listen. */
const topicOf = (db: SupabaseClient) => rpc<string>(db, 'my_topic', { chatbot_id: tenant.chatbotId });
const listenAs = async (db: SupabaseClient) => listen(db, await topicOf(db));

function listen(db: SupabaseClient, topic: string, isPrivate = true): Ear {
  clients.push(db);
  const channel = db.channel(topic, { config: { private: isPrivate } });
  const ear: Ear = { channel, status: null, reason: '', heard: [] };
  channel.on('broadcast', { event: '*' }, ({ event, payload }) => {
    ear.heard.push({ event, payload: payload as Notice });
  });
  channel.subscribe((status, error) => {
    ear.status ??= status;
    ear.reason ||= error?.message ?? '';
  });
  return ear;
}

const answered = (ear: Ear) => waitFor('an answer to joining', () => ear.status);
const hears = (ear: Ear, event: string) =>
  waitFor(event, () => ear.heard.some((notice) => notice.event === event));

/** What a notice says beyond ids, numbers and times. */
function words({ event, payload }: { event: string; payload: Notice }): string[] {
  return Object.entries(payload)
    .filter(([, value]) => value !== null && !HARMLESS.test(String(value)))
    .map(([name, value]) => `${event}.${name} = ${JSON.stringify(value)}`);
}

async function joinTeam(): Promise<Person> {
  const person = await signUp(stack);
  await sql`insert into public.chatbot_members (chatbot_id, user_id, role) values (${tenant.chatbotId}, ${person.id}, 'agent')`;
  return person;
}

it('is joined by members, and by nobody else', async () => {
  const former = await joinTeam();
  await rpc(team.owner.db, 'remove_member', { chatbot_id: tenant.chatbotId, user_id: former.id });
  const topic = await topicOf(team.agent.db);
  const member = listen(team.agent.db, topic);
  expect(await answered(member)).toBe('SUBSCRIBED');
  const refused = [connectAs(stack, 'publishable'), stranger.db, former.db].map((db) => listen(db, topic));
  for (const ear of refused) {
    expect(await answered(ear)).toBe('CHANNEL_ERROR');
    expect(ear.reason).toContain('You do not have permissions to read from this Channel topic');
  }
  await team.agent.db.removeChannel(member.channel);
});

it('does not reach, nor is it reached from, a public channel of the same name', async () => {
  const topic = await topicOf(team.owner.db);
  const member = listen(team.owner.db, topic);
  const beside = listen(connectAs(stack, 'publishable'), topic, false);
  expect([await answered(member), await answered(beside)]).toEqual(['SUBSCRIBED', 'SUBSCRIBED']);
  await beside.channel.send({
    type: 'broadcast',
    event: 'conversation.escalated',
    payload: { forged: true },
  });
  await rpc(team.agent.db, 'add_note', {
    conversation_id: tenant.ids['conversations'],
    id: randomUUID(),
    text: 'A note that only the team may hear of.',
  });
  await hears(member, 'note.added');
  // Both travelled the same way; what has not arrived before a later call was answered is not coming.
  await connectAs(stack, 'publishable').rpc('my_chatbots');
  expect(beside.heard).toEqual([]);
  expect(member.heard.filter(({ payload }) => 'forged' in payload)).toEqual([]);
  await team.owner.db.removeChannel(member.channel);
});

it('tells a removed member who is still listening that, and nothing after it; the others ids and times', async () => {
  const former = await joinTeam();
  const old = await topicOf(former.db);
  const ear = listen(former.db, old);
  expect(await answered(ear)).toBe('SUBSCRIBED');
  await rpc(team.owner.db, 'remove_member', { chatbot_id: tenant.chatbotId, user_id: former.id });
  await hears(ear, 'member.removed');
  const member = await listenAs(team.owner.db);
  expect(await answered(member)).toBe('SUBSCRIBED');

  const secret = `secret-${randomUUID()}`;
  const conversation_id = tenant.ids['conversations'];
  const escalation_id = tenant.ids['escalations'];
  const { db } = team.agent;
  await rpc(db, 'open_case', { conversation_id });
  await rpc(db, 'claim_escalation', { escalation_id });
  await rpc(db, 'send_reply', { conversation_id, id: randomUUID(), text: secret });
  await rpc(db, 'add_note', { conversation_id, id: randomUUID(), text: secret });
  await sql`insert into public.messages (conversation_id, role, text) values (${conversation_id!}, 'visitor', ${secret})`;
  await sql`update public.leads set name = ${secret}, phone = ${secret.slice(0, 40)} where conversation_id = ${conversation_id!}`;
  await rpc(team.admin.db, 'save_appearance', {
    chatbot_id: tenant.chatbotId,
    settings: { greeting: secret },
  });
  await rpc(db, 'resolve_escalation', { escalation_id });
  await hears(member, 'conversation.resolved');

  const events = member.heard.map(({ event }) => event);
  expect(events).toEqual(
    expect.arrayContaining([
      'reply.sent',
      'note.added',
      'message.received',
      'lead.captured',
      'settings.changed',
    ]),
  );
  expect(member.heard.flatMap(words)).toEqual([]);
  expect(words({ event: 'a leak', payload: { text: secret } })).toHaveLength(1);

  // Whoever still listens at the old place is alone there: the last they heard is that they are gone.
  const told = ear.heard.map(({ event }) => event);
  expect(told.slice(told.indexOf('member.removed'))).toEqual(['member.removed']);
  await expect(topicOf(former.db)).rejects.toMatchObject({ code: 'NTFND' });
  await former.db.removeChannel(ear.channel);
  expect(await answered(listen(former.db, old))).toBe('CHANNEL_ERROR');
});
