// The promise under faults: nothing is ever lost, and what is sent twice is sent under the same id and no oftener than somebody
// was killed. One suite for two uses: a few runs with every integration test, many behind `npm run test:fault`.
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  deliveriesOf,
  escalate,
  mailsTo,
  makeChatbot,
  silence,
  startReceiver,
  type OwnedChatbot,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { newBrowser } from '../support/push-service.ts';
import { Checkpoint } from './checkpoint.ts';
import { DispatchProcess } from './dispatch-process.ts';

const CLAIM = '/rest/v1/rpc/claim_deliveries';
const FINISH = '/rest/v1/rpc/finish_deliveries';
const ROOM = {
  kind: 'mattermost',
  name: 'Room',
  secrets: { url: 'https://chat.example.com/hooks/abcdefghijklmnopqrstuvwxyz' },
};
const INCIDENTS = {
  kind: 'pagerduty',
  name: 'Night',
  secrets: { routing_key: 'R0123456789ABCDEF0123456789ABCDE' },
};

export interface Extent {
  /** Kills at each point, for each channel. */
  kills: number;
  /** Stopped sweeps, and crashes of the database. */
  repeats: number;
  /** Deliveries that ten sweeps share. */
  deliveries: number;
}

interface Channel {
  name: string;
  chatbot: OwnedChatbot;
  /** Makes one delivery due; what it is known by here: an escalation, or the conversation that was answered. */
  begin: () => Promise<string>;
  /** The ids under which that delivery arrived. */
  arrivals: (id: string) => Promise<string[]>;
  isSent: (id: string) => Promise<boolean>;
  /** The proxy that its sending goes through. */
  wire: Checkpoint;
}

/** Registers the tests; each file that does so has a stack of its own. */
export function describeFaults({ kills, repeats, deliveries }: Extent): void {
  let own: Stack;
  let stack: TestStack;
  let sql: Sql;
  let api: Checkpoint;
  let mail: Checkpoint;
  let hook: Checkpoint;
  let receiver: Receiver;
  let dispatcher: DispatchProcess;
  const channels: Record<string, Channel> = {};

  beforeAll(async () => {
    own = await startOwnStack();
    stack = describeStack(own);
    sql = connectSql(stack);
    await silence(sql);
    receiver = await startReceiver();
    [api, mail, hook] = await Promise.all([
      Checkpoint.start(stack.api_url),
      Checkpoint.start(stack.mailbox_url),
      Checkpoint.start(new URL(receiver.url).origin),
    ]);
    const told = await makeChatbot(stack, { hasReminders: false });
    const asking = async ({ id }: OwnedChatbot) => (await escalate(sql, id)).escalation_id;
    channels['mail'] = {
      name: 'mail',
      chatbot: told,
      begin: () => asking(told),
      arrivals: arrivedMails,
      isSent,
      wire: mail,
    };
    const silent = await makeChatbot(stack, { hasReminders: false });
    await rpc(silent.owner.db, 'save_profile', { profile: { notify_escalation: false } });
    await addEndpoint(silent, `http://${hook.host}/hook`);
    channels['webhook'] = {
      name: 'webhook',
      chatbot: silent,
      begin: () => asking(silent),
      arrivals: arrivedWebhooks,
      isSent,
      wire: hook,
    };
    const answering = await makeChatbot(stack, { hasReminders: false });
    await rpc(answering.owner.db, 'save_replies', {
      chatbot_id: answering.id,
      settings: { reply_mail_wait_minutes: 0 },
    });
    channels['mailed answer'] = {
      name: 'mailed answer',
      chatbot: answering,
      begin: () => answer(answering, `${crypto.randomUUID()}@visitor.example`),
      arrivals: arrivedAnswers,
      isSent: isMailed,
      wire: mail,
    };
    const ownBot = await makeChatbot(stack, { hasReminders: false });
    await addEndpoint(ownBot, `http://${hook.host}/hook`, ['message.sent']);
    channels['answer to an own bot'] = {
      name: 'answer to an own bot',
      chatbot: ownBot,
      begin: () => answer(ownBot, null),
      arrivals: arrivedSayings,
      isSent: isTold,
      wire: hook,
    };
    const room = await withChannel(ROOM, [0]);
    channels['message to a channel'] = {
      name: 'message to a channel',
      chatbot: room,
      begin: () => asking(room),
      arrivals: arrivedMessages,
      isSent,
      wire: hook,
    };
    channels['reminder'] = {
      name: 'reminder',
      chatbot: await makeChatbot(stack),
      begin: () => unseen(channels['reminder']!.chatbot),
      arrivals: arrivedReminders,
      isSent,
      wire: mail,
    };
    const reminded = await withChannel(ROOM, [0, 5]);
    channels['reminder to a channel'] = {
      name: 'reminder to a channel',
      chatbot: reminded,
      begin: () => unseen(reminded),
      arrivals: (id) => arrivedMessages(id, /nobody has looked/),
      isSent,
      wire: hook,
    };
    const visited = await withChannel(ROOM, [0]);
    channels['word of contact details'] = {
      name: 'word of contact details',
      chatbot: visited,
      begin: () => leavingDetails(visited),
      arrivals: (id) => arrivedMessages(id, /left contact details/),
      isSent: isToldOfDetails,
      wire: hook,
    };
    const night = await withChannel(INCIDENTS, [0]);
    channels['end of an incident'] = {
      name: 'end of an incident',
      chatbot: night,
      begin: () => resolved(night),
      arrivals: arrivedEnds,
      isSent,
      wire: hook,
    };
    const notified = await withDevice();
    channels['notification on a device'] = {
      name: 'notification on a device',
      chatbot: notified,
      begin: () => asking(notified),
      arrivals: arrivedNotifications,
      isSent,
      wire: hook,
    };
    dispatcher = await startDispatcher();
  });

  afterAll(async () => {
    await dispatcher?.end();
    for (const part of [api, mail, hook, receiver]) await part?.stop();
    await sql?.end({ timeout: 1 });
    await own?.stop();
  });

  /** A chatbot that tells a channel after so many minutes, each time. */
  async function withChannel(channel: object, minutes: number[]): Promise<OwnedChatbot> {
    const chatbot = await makeChatbot(stack);
    const { id: channel_id } = await rpc<{ id: string }>(chatbot.owner.db, 'save_channel', {
      chatbot_id: chatbot.id,
      channel,
    });
    const rungs = minutes.map((after_minutes) => ({ after_minutes, target: 'channel', channel_id }));
    await rpc(chatbot.owner.db, 'save_alerts', { chatbot_id: chatbot.id, settings: { rungs } });
    return chatbot;
  }

  /** A case of which the alert has been sent. */
  async function alerted({ id }: OwnedChatbot) {
    const asked = await escalate(sql, id);
    await waitFor('the alert', async () => {
      await dispatcher.sweep();
      const [alert] = await sql`select from public.deliveries
        where escalation_id = ${asked.escalation_id} and purpose = 'alert' and status in ('sent', 'delivered')`;
      return alert;
    });
    return asked;
  }

  const makeAllDue = (escalationId: string) => sql`
    update public.deliveries set next_attempt_at = now() where escalation_id = ${escalationId} and status = 'queued'`;

  /** A case whose reminder is due, because nobody has looked. */
  async function unseen(chatbot: OwnedChatbot): Promise<string> {
    const { escalation_id } = await alerted(chatbot);
    await makeAllDue(escalation_id);
    return escalation_id;
  }

  /** A case of which the channel is told that somebody has seen it and then that it is resolved. */
  async function resolved(chatbot: OwnedChatbot): Promise<string> {
    const { escalation_id } = await alerted(chatbot);
    await rpc(chatbot.owner.db, 'resolve_escalation', { escalation_id });
    await makeAllDue(escalation_id);
    return escalation_id;
  }

  async function leavingDetails(chatbot: OwnedChatbot): Promise<string> {
    const { escalation_id, conversation_id } = await alerted(chatbot);
    await sql`insert into public.leads (conversation_id, chatbot_id, email)
      values (${conversation_id}, ${chatbot.id}, 'kim@visitor.example')`;
    return escalation_id;
  }

  const startDispatcher = () =>
    DispatchProcess.start(own.keys, {
      apiUrl: `http://${api.host}`,
      mailHost: mail.host,
      channelsOrigin: `http://${hook.host}`,
    });

  async function arrivedMails(escalationId: string): Promise<string[]> {
    const [alert] = (await deliveriesOf(sql, escalationId)).filter(({ kind }) => kind === 'email');
    const mails = await mailsTo(stack, alert!.recipient!);
    return mails.map(({ Metadata }) => Metadata['delivery_id']!).filter((id) => id === alert!.id);
  }

  async function arrivedWebhooks(escalationId: string): Promise<string[]> {
    const [row] = await sql<
      { id: string }[]
    >`select id from public.events where escalation_id = ${escalationId}`;
    return receiver.received.map(({ id }) => id).filter((id) => id === row!.id);
  }

  async function arrivedReminders(escalationId: string): Promise<string[]> {
    const reminder = (await deliveriesOf(sql, escalationId)).find(({ purpose }) => purpose === 'reminder');
    const mails = await mailsTo(stack, reminder!.recipient!);
    return mails.map(({ Metadata }) => Metadata['delivery_id']!).filter((id) => id === reminder!.id);
  }

  /** Under one key, and nothing else comes after it. */
  async function arrivedEnds(escalationId: string): Promise<string[]> {
    const actions = receiver.received
      .filter(({ body }) => body.includes(`"dedup_key":"${escalationId}"`))
      .map(({ body }) => (JSON.parse(body) as { event_action: string }).event_action);
    if (!actions.includes('resolve')) return [];
    expect(actions.filter((action, index) => action !== actions[index - 1])).toEqual([
      'trigger',
      'acknowledge',
      'resolve',
    ]);
    return actions.filter((action) => action === 'resolve').map(() => escalationId);
  }

  async function isToldOfDetails(escalationId: string): Promise<boolean> {
    const rows =
      await sql`select from public.deliveries d join public.escalations e on e.conversation_id = d.conversation_id
      where e.id = ${escalationId} and d.purpose = 'contact' and d.status = 'delivered'`;
    return rows.length === 1;
  }

  /** A chatbot whose owner is told on one device, by that alone; its push service is the receiver. */
  async function withDevice(): Promise<OwnedChatbot> {
    const chatbot = await makeChatbot(stack);
    const settings = { rungs: [{ after_minutes: 0, target: 'owner', by: 'push' }] };
    await rpc(chatbot.owner.db, 'save_alerts', { chatbot_id: chatbot.id, settings });
    const device = newBrowser(`http://${hook.host}/push/${chatbot.id}`).subscription;
    await rpc(chatbot.owner.db, 'save_push_device', { device });
    return chatbot;
  }

  /** What is encrypted says nothing here, but its topic is the case's. */
  async function arrivedNotifications(escalationId: string): Promise<string[]> {
    const [row] = await sql<
      { conversation_id: string }[]
    >`select conversation_id from public.escalations where id = ${escalationId}`;
    const topic = row!.conversation_id.replaceAll('-', '');
    return receiver.received.filter(({ headers }) => headers['topic'] === topic).map(() => escalationId);
  }

  /** A message has no id of its own; the link in it names the case. */
  async function arrivedMessages(escalationId: string, words = /./): Promise<string[]> {
    const [row] = await sql<
      { conversation_id: string }[]
    >`select conversation_id from public.escalations where id = ${escalationId}`;
    return receiver.received
      .filter(({ body }) => body.includes(`conv=${row!.conversation_id}`) && words.test(body))
      .map(() => escalationId);
  }

  /** A person answers somebody who has left, or who comes by a bot of their own. */
  async function answer({ id, owner }: OwnedChatbot, email: string | null): Promise<string> {
    const [made] = await sql<{ id: string }[]>`
      insert into public.conversations (chatbot_id) values (${id}) returning id`;
    const conversation = made!.id;
    await sql`insert into public.messages (conversation_id, role, text) values (${conversation}, 'visitor', 'Hello?')`;
    if (email !== null)
      await sql`insert into public.leads (conversation_id, chatbot_id, email) values (${conversation}, ${id}, ${email})`;
    await sql`insert into public.messages (conversation_id, role, text, author_id) values (${conversation}, 'agent', 'Hello!', ${owner.id})`;
    return conversation;
  }

  async function arrivedAnswers(conversation: string): Promise<string[]> {
    const [mail] = await sql<{ id: string; recipient: string | null }[]>`
      select id, recipient from public.deliveries where conversation_id = ${conversation} and purpose = 'reply'`;
    if (!mail?.recipient) return [];
    return (await mailsTo(stack, mail.recipient)).map(({ Metadata }) => Metadata['delivery_id']!);
  }

  async function arrivedSayings(conversation: string): Promise<string[]> {
    const [row] = await sql<{ id: string }[]>`
      select id from public.events where conversation_id = ${conversation} and type = 'message.sent'`;
    return receiver.received.map(({ id }) => id).filter((id) => id === row!.id);
  }

  /** The mail says so, and so does the receipt of what it carried. */
  async function isMailed(conversation: string): Promise<boolean> {
    const rows =
      await sql`select from public.reply_receipts r join public.deliveries d on d.id = r.delivery_id
      where r.conversation_id = ${conversation} and d.status in ('sent', 'delivered') and r.status in ('mailed', 'delivered')`;
    return rows.length === 1;
  }

  async function isTold(conversation: string): Promise<boolean> {
    const rows = await sql`select from public.deliveries
      where conversation_id = ${conversation} and kind = 'webhook' and status = 'delivered'`;
    return rows.length === 1;
  }

  /** An hour with more than twenty mails to one address would be summed up; the tests are not about that. */
  const forgetQuota = () => sql`delete from private.mail_quota where true`;

  /** Lets every lease run out and every pause pass. */
  const passTime = () => sql`update public.deliveries
    set next_attempt_at = now() - interval '1 second',
      leased_until = case when lease_token is null then null else now() - interval '1 second' end
    where status = 'queued' and next_attempt_at < 'infinity'`;

  async function isSent(escalationId: string): Promise<boolean> {
    const rows = (await deliveriesOf(sql, escalationId)).filter(({ status }) => status !== 'skipped');
    return rows.length > 0 && rows.every(({ status }) => ['sent', 'delivered'].includes(status));
  }

  /** Sweeps with a living dispatcher until the receipts say sent. */
  async function recover(ids: string[], isDone = isSent): Promise<void> {
    if (dispatcher.isEnded) dispatcher = await startDispatcher();
    await waitFor(
      'everything to be sent',
      async () => {
        await passTime();
        await dispatcher.sweep();
        return (await Promise.all(ids.map(isDone))).every(Boolean);
      },
      60_000,
    );
  }

  /** Where a dispatcher dies; each arms its proxy and calls `kill` at its moment. */
  const points: Record<string, (channel: Channel, kill: () => void) => void> = {
    'after the claim': (_, kill) => {
      api.hooks.onAnswer = (path, body) => path !== CLAIM || body === '[]' || (kill(), false);
    },
    'before it connects': (_, kill) => {
      api.hooks.onPassedBack = (path, body) => {
        if (path === CLAIM && body !== '[]') kill();
      };
    },
    'with the request in flight': ({ wire }, kill) => {
      wire.hooks.onRequest = () => (kill(), false);
    },
    'with the request taken but not answered': ({ wire }, kill) => {
      wire.hooks.onAnswer = () => (kill(), false);
    },
    'after the answer': ({ wire }, kill) => {
      wire.hooks.onPassedBack = kill;
    },
    'before the commit': (_, kill) => {
      api.hooks.onRequest = (path) => path !== FINISH || (kill(), false);
    },
    'after the commit': (_, kill) => {
      api.hooks.onAnswer = (path) => path !== FINISH || (kill(), false);
    },
  };

  const disarm = () => {
    for (const checkpoint of [api, mail, hook]) checkpoint.hooks = {};
  };

  const names = [
    'mail',
    'reminder',
    'webhook',
    'mailed answer',
    'answer to an own bot',
    'message to a channel',
    'notification on a device',
    'reminder to a channel',
    'word of contact details',
    'end of an incident',
  ];
  describe.each(names)('a dispatcher killed while it sends one: %s', (name) => {
    it.each(Object.keys(points))('%s loses nothing and repeats at most once', async (point) => {
      const channel = channels[name]!;
      for (let run = 0; run < kills; run += 1) {
        await forgetQuota();
        if (dispatcher.isEnded) dispatcher = await startDispatcher();
        const id = await channel.begin();
        let killed = 0;
        points[point]!(channel, () => {
          killed += 1;
          dispatcher.signal('SIGKILL');
        });
        expect(await dispatcher.sweep()).toBeNull();
        disarm();
        await waitFor('the dispatcher to be dead', () => dispatcher.isEnded);
        expect(killed).toBe(1);

        await recover([id], channel.isSent);
        // One that was killed may leave a request behind that is still being passed on.
        const arrivals = await waitFor('the delivery', async () => {
          const found = await channel.arrivals(id);
          return found.length > 0 && found;
        });
        expect(arrivals.length).toBeLessThanOrEqual(1 + killed);
        expect(new Set(arrivals).size).toBe(1);
      }
    });
  });

  it('a dispatcher killed in the middle of a backlog repeats no more than was in flight', async () => {
    const recipients = Array.from({ length: 10 }, (_, index) => `team-${index}@backlog.example`);
    const busy = await makeChatbot(stack, { recipients, hasReminders: false });
    await forgetQuota();
    if (dispatcher.isEnded) dispatcher = await startDispatcher();
    const asked = await Promise.all(Array.from({ length: 6 }, () => escalate(sql, busy.id)));
    const ids = asked.map(({ escalation_id }) => escalation_id);
    const inFlight = new Set<string>();
    const repeatable = new Set<string>();
    const idsIn = (body: string) =>
      (JSON.parse(body) as { Metadata: { delivery_id: string } }[]).map(
        ({ Metadata }) => Metadata.delivery_id,
      );
    let calls = 0;
    mail.hooks.onRequest = (_path, body) => {
      for (const id of idsIn(body)) inFlight.add(id);
      calls += 1;
      if (calls !== 4) return true;
      for (const id of inFlight) repeatable.add(id);
      dispatcher.signal('SIGKILL');
      return true;
    };
    // What has been written down is in flight no more.
    api.hooks.onPassedBack = (path) => {
      if (path === FINISH)
        void sql`select id from public.deliveries where status = 'sent' and escalation_id in ${sql(ids)}`.then(
          (rows) => rows.forEach(({ id }) => inFlight.delete(id as string)),
        );
    };
    expect(await dispatcher.sweep()).toBeNull();
    disarm();
    await waitFor('the dispatcher to be dead', () => dispatcher.isEnded);
    expect(repeatable.size).toBeLessThan(66);
    await recover(ids);
    const rows = (await Promise.all(ids.map((id) => deliveriesOf(sql, id)))).flat();
    const arrivals = new Map<string, number>();
    for (const to of new Set(rows.map(({ recipient }) => recipient!))) {
      for (const { Metadata } of await mailsTo(stack, to)) {
        const id = Metadata['delivery_id']!;
        arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
      }
    }
    const wanted = rows.filter(({ status }) => status === 'sent' || status === 'delivered');
    expect(wanted).toHaveLength(66);
    expect(wanted.filter(({ id }) => !arrivals.has(id))).toEqual([]);
    const twice = wanted.filter(({ id }) => arrivals.get(id)! > 1).map(({ id }) => id);
    expect(twice.filter((id) => !repeatable.has(id))).toEqual([]);
  });

  it('a sweep stopped past its lease changes nothing when it goes on', async () => {
    const channel = channels['webhook']!;
    const other = await startDispatcher();
    try {
      for (let run = 0; run < repeats; run += 1) {
        const { escalation_id } = await escalate(sql, channel.chatbot.id);
        let release: (pass: boolean) => void = () => undefined;
        const held = new Promise<boolean>((resolve) => (release = resolve));
        let isHeld = false;
        hook.hooks.onAnswer = () => {
          if (isHeld) return true;
          isHeld = true;
          dispatcher.signal('SIGSTOP');
          return held;
        };
        const stopped = dispatcher.sweep();
        await waitFor('the first sweep to be stopped', () => isHeld);

        await passTime();
        // A claim of the stopped one that is still being answered may hold the lane for a moment.
        const taken = await waitFor('the other to take it over', async () => {
          const report = await other.sweep();
          return report !== null && report.claimed > 0 && report;
        });
        expect(taken).toMatchObject({ claimed: 1, sent: 1, late: 0 });
        const state = () => sql`
          select d.*, (select jsonb_agg(a order by a.number) from public.delivery_attempts a where a.delivery_id = d.id
            and a.number = d.attempt_count) as last_attempt
          from public.deliveries d where d.escalation_id = ${escalation_id} and d.kind = 'webhook'`;
        const before = await state();
        expect(before).toMatchObject([{ status: 'delivered', attempt_count: 2 }]);

        release(true);
        dispatcher.signal('SIGCONT');
        expect(await stopped).toMatchObject({ claimed: 1, late: 1 });
        expect(await state()).toEqual(before);
        expect(await channel.arrivals(escalation_id)).toHaveLength(2);
        disarm();
      }
    } finally {
      disarm();
      dispatcher.signal('SIGCONT');
      await other.end();
    }
  });

  const isLong = repeats > 1;
  // This one takes its time.
  if (isLong)
    it('a claim whose answer comes too late is not sent, and not lost', { timeout: 60_000 }, async () => {
      const channel = channels['webhook']!;
      const { escalation_id } = await escalate(sql, channel.chatbot.id);
      let isFirst = true;
      api.hooks.onAnswer = async (path, body) => {
        if (path !== CLAIM || body === '[]' || !isFirst) return true;
        isFirst = false;
        dispatcher.signal('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 16_000));
        dispatcher.signal('SIGCONT');
        return true;
      };
      await dispatcher.sweep();
      disarm();
      expect(await channel.arrivals(escalation_id)).toEqual([]);
      await recover([escalation_id]);
      expect(await channel.arrivals(escalation_id)).toHaveLength(1);
    });

  it('a database that crashes in the middle loses nothing', async () => {
    const channel = channels['webhook']!;
    const database = own.programs.get('postgres')!;
    for (let run = 0; run < repeats; run += 1) {
      if (dispatcher.isEnded) dispatcher = await startDispatcher();
      const escalations = await Promise.all(
        Array.from({ length: 10 }, () => escalate(sql, channel.chatbot.id)),
      );
      const ids = escalations.map(({ escalation_id }) => escalation_id);
      const starts = database.starts;
      // In turn: before a claim answers, while webhooks are out, and while results are written.
      const crash = () => {
        disarm();
        // What `pg_ctl stop -m immediate` sends.
        database.kill('SIGQUIT');
      };
      if (run % 3 === 0) api.hooks.onRequest = (path) => (path === CLAIM && crash(), true);
      if (run % 3 === 1) hook.hooks.onRequest = () => (crash(), true);
      if (run % 3 === 2) api.hooks.onRequest = (path) => (path === FINISH && crash(), true);
      const swept = dispatcher.sweep();
      await waitFor('the database to come back', () => database.starts > starts);
      await database.ready();
      await waitFor('the database to answer', () => sql`select 1`.catch(() => null));
      await swept;
      await recover(ids);
      for (const id of ids) {
        const arrivals = await channel.arrivals(id);
        expect(arrivals.length).toBeGreaterThanOrEqual(1);
        expect(arrivals.length).toBeLessThanOrEqual(2);
      }
    }
  });

  it('ten sweeps in two processes at once send everything once', { timeout: 300_000 }, async () => {
    const { chatbot } = channels['webhook']!;
    const other = await startDispatcher();
    try {
      const [row] = await sql<{ ids: string[] }[]>`
        with made as (
          insert into public.conversations (chatbot_id) select ${chatbot.id} from generate_series(1, ${deliveries})
          returning id
        ), asked as (
          insert into public.escalations (conversation_id, trigger) select id, 'api' from made returning id
        ) select array_agg(id) as ids from asked`;
      const ids = row!.ids;
      await waitFor(
        'all of them to be sent',
        async () => {
          await Promise.all(
            Array.from({ length: 10 }, (_, index) => (index % 2 ? other : dispatcher).sweep()),
          );
          const [open] = await sql`select count(*)::int as count from public.deliveries
            where escalation_id in ${sql(ids)} and kind = 'webhook' and status <> 'delivered'`;
          return open!['count'] === 0;
        },
        240_000,
      );
      const events = await sql<
        { id: string }[]
      >`select id from public.events where escalation_id in ${sql(ids)}`;
      const wanted = new Set(events.map(({ id }) => id));
      const arrived = receiver.received.map(({ id }) => id).filter((id) => wanted.has(id));
      expect(arrived).toHaveLength(deliveries);
      expect(new Set(arrived).size).toBe(deliveries);
    } finally {
      await other.end();
    }
  });
}
