// R1 and R2: how soon, and how many, changes reach those who listen: by the notices of the embedded stack's stand-in for
// Realtime, against row-level subscriptions with polling. Whoever runs elsewhere has Supabase's own servers for this.
import { report, sideBySide, type Variant } from '../harness.ts';
import { milliseconds } from '../numbers.ts';
import { joinNaively } from './naive-changes.ts';
import { join, type Crowd } from './subscribers.ts';
import type { Stage } from './stage.ts';

const SUBSCRIBERS = 100;
const TOPICS = 50;
const EACH = 20;
const CHANGES = 50;

/** Both crowds hear every change: whoever is timed, the next change waits until the other has heard this one, too. */
async function timedFor(
  crowd: Crowd,
  everybody: Crowd[],
  notices: number,
  change: () => Promise<unknown>,
): Promise<number> {
  for (const each of everybody) each.reset();
  const took = await milliseconds(() => Promise.all([change(), crowd.until(notices)]));
  await Promise.all(everybody.map((each) => each.until(notices)));
  return took;
}

/** Chatbots that the owner alone hears, each with one conversation. */
async function prepare({ superuser, owner }: Stage, count: number) {
  await superuser`create schema if not exists bench`;
  await superuser`drop table if exists bench.listening`;
  await superuser`create table bench.listening (place integer, chatbot_id uuid, conversation_id uuid)`;
  return await superuser<{ chatbot_id: string; conversation_id: string }[]>`
    with made as (
      insert into public.chatbots (owner_id, name) select ${owner.id}, 'Topic' from generate_series(1, ${count}) returning id
    ), conversations as (
      insert into public.conversations (chatbot_id, started_at) select id, now() from made returning id, chatbot_id
    )
    insert into bench.listening select row_number() over (), chatbot_id, id from conversations returning chatbot_id, conversation_id`;
}

/** R1. */
export async function r1(stage: Stage): Promise<void> {
  const { superuser, owner } = stage;
  const [listening] = await prepare(stage, 1);
  const ours = await join(stage, [listening!.chatbot_id], SUBSCRIBERS);
  const naive = await joinNaively(
    superuser,
    Array.from({ length: SUBSCRIBERS }, () => owner.id),
  );
  const writer = await superuser.reserve();
  const complete: boolean[] = [];
  const heard = (name: string, crowd: Crowd): Variant => ({
    name,
    async run() {
      await writer`begin`;
      await writer`insert into public.messages (conversation_id, role, text, created_at)
        values (${listening!.conversation_id}, 'visitor', 'Is anybody there?', clock_timestamp())`;
      const took = await timedFor(crowd, [ours, naive], SUBSCRIBERS, () => writer`commit`);
      complete.push(crowd.heard() === SUBSCRIBERS);
      return 1000 / took;
    },
  });
  try {
    const { rates, ratio, sameAgainstSame } = await sideBySide([
      heard('polling, row by row', naive),
      heard('ours', ours),
    ]);
    await report({
      metric: 'R1',
      title: 'from the commit until 100 subscribers have it',
      how: 'The last of 100 sockets counts. Embedded stack, stand-in for Realtime; against polling every 100 ms with policies asked per subscriber.',
      claims: [
        { name: 'ours ÷ polling', ratio: ratio('ours', 'polling, row by row'), reach: 10, worldClass: 25 },
      ],
      checks: [
        {
          name: `each of ${complete.length} changes reached all ${SUBSCRIBERS}`,
          isTrue: complete.every(Boolean),
        },
      ],
      sameAgainstSame,
      rates,
    });
  } finally {
    writer.release();
    await Promise.all([ours.leave(), naive.leave()]);
  }
}

/** R2. */
export async function r2(stage: Stage): Promise<void> {
  const { superuser, owner } = stage;
  const listening = await prepare(stage, TOPICS);
  const ours = await join(
    stage,
    listening.map(({ chatbot_id }) => chatbot_id),
    EACH,
  );
  // Of the thousand who are asked about, one topic's listeners may see a change; so many hear it from us.
  const strangers = Array.from({ length: TOPICS * EACH }, (_, n) =>
    n < EACH ? owner.id : crypto.randomUUID(),
  );
  const naive = await joinNaively(superuser, strangers);
  const complete: boolean[] = [];
  const delivered = (name: string, crowd: Crowd): Variant => ({
    name,
    async run() {
      const took = await timedFor(
        crowd,
        [ours, naive],
        CHANGES * EACH,
        () => superuser`insert into public.messages (conversation_id, role, text, created_at)
          select conversation_id, 'visitor', 'Is anybody there?', clock_timestamp()
          from bench.listening, generate_series(1, ${CHANGES / TOPICS})`,
      );
      complete.push(crowd.heard() === CHANGES * EACH);
      return (1000 * CHANGES) / took;
    },
  });
  try {
    const { rates, ratio, sameAgainstSame } = await sideBySide(
      [delivered('policies asked per subscriber', naive), delivered('ours', ours)],
      3,
    );
    await report({
      metric: 'R2',
      title: 'changes a second to 1,000 subscribers over 50 topics',
      how: `${CHANGES} messages in one statement, each heard by ${EACH} of 1,000 sockets, writing included. Embedded stack, stand-in for Realtime.`,
      claims: [
        {
          name: 'ours ÷ per subscriber',
          ratio: ratio('ours', 'policies asked per subscriber'),
          reach: 15,
          worldClass: 30,
        },
      ],
      checks: [
        {
          name: `each of ${complete.length} runs delivered ${CHANGES * EACH} notices, no more and no less`,
          isTrue: complete.every(Boolean),
        },
      ],
      sameAgainstSame,
      rates,
    });
  } finally {
    await Promise.all([ours.leave(), naive.leave()]);
  }
}
