import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import type { RequestHandler } from './$types';
import { OLDER_ROWS } from '../../../desk/sizes';

/** The page of the transcript before `before_seq`. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const before_seq = Number(event.url.searchParams.get('before_seq')) || null;
  const id = uuidOr404(event.params.conversation);
  return json(await messages.list(event.locals.db, id, { before_seq, max_rows: OLDER_ROWS }));
};
