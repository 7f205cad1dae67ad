import * as cases from '$lib/server/cases';
import * as chatbots from '$lib/server/chatbots';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import * as zones from '$lib/server/zones';
import type { PageServerLoad } from './$types';

const PAGE_MESSAGES = 1000;

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  const { db, device_time_zone } = event.locals;
  const id = uuidOr404(event.params.conversation);
  const chatbot = chatbots.pick(await chatbots.listMine(db), event.params.chatbot);
  const found = await cases.read(db, chatbot.id, id);
  const [transcript, zone] = await Promise.all([readAll(), zones.readMine(db, device_time_zone)]);
  return {
    chatbot,
    conversation: found.conversation,
    lead: found.lead,
    escalations: found.escalations,
    deliveries: found.deliveries,
    messages: transcript,
    zone,
    now: Date.now(),
  };

  /** Paper has no "load more", so the whole transcript is read. */
  async function readAll() {
    const all: messages.MessageRow[] = [];
    for (;;) {
      const after_seq = all.at(-1)?.seq ?? 0;
      const page = await messages.list(db, id, { after_seq, max_rows: PAGE_MESSAGES });
      // PostgREST may cap the rows of one answer below what was asked; only an empty page is surely the end.
      if (page.length === 0) return all;
      all.push(...page);
    }
  }
};
