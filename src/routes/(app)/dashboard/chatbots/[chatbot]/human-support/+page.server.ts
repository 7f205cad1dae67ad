import * as cannedReplies from '$lib/server/canned-replies';
import * as cases from '$lib/server/cases';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as members from '$lib/server/members';
import * as openedCase from '$lib/server/opened-case';
import type { PageServerLoad } from './$types';
import { PAGE_ROWS } from './desk/sizes';
import { isFolded } from './strip/folded';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, parent } = event;
  const user = await requireUser(event);
  // Who may not see the chatbot is told so before anything of it is read.
  await parent();
  const view = cases.viewOf(url.searchParams);
  const conv = url.searchParams.get('conv');
  const wanted = conv === null ? null : uuidOr404(conv);
  const { db } = locals;
  const [overview, canned, team, opened] = await Promise.all([
    cases.overview(db, params.chatbot, view, PAGE_ROWS),
    cannedReplies.list(db, params.chatbot),
    members.list(db, params.chatbot),
    wanted === null ? null : openedCase.read(db, params.chatbot, wanted),
  ]);
  return {
    me: user.id,
    now: Date.now(),
    is_strip_folded: isFolded(event.cookies),
    view,
    conv,
    ...overview,
    canned,
    team,
    opened,
  };
};
