import * as cases from '$lib/server/cases';
import * as exports from '$lib/server/exports';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as profiles from '$lib/server/profiles';
import type { RequestHandler } from './$types';

/** Says that there is something to download. Nothing leaves the house, so nothing is recorded. */
export const HEAD: RequestHandler = async (event) => {
  await requireUser(event);
  await cases.read(event.locals.db, uuidOr404(event.params.chatbot), uuidOr404(event.params.conversation));
  return exports.head();
};

/** The transcript of one conversation as CSV. */
export const GET: RequestHandler = async (event) => {
  const user = await requireUser(event);
  const { db, device_time_zone } = event.locals;
  const id = uuidOr404(event.params.conversation);
  const found = await cases.read(db, uuidOr404(event.params.chatbot), id);
  const [{ time_zone }] = await Promise.all([profiles.readMine(db, user.id), exports.record(db, found)]);
  const chunks = exports.transcript(db, found, device_time_zone ?? time_zone);
  return exports.download(chunks, `handoff-${found.conversation.reference}.csv`);
};
