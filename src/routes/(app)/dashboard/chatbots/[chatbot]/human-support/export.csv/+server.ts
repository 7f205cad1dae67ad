import * as cases from '$lib/server/cases';
import * as exports from '$lib/server/exports';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as profiles from '$lib/server/profiles';
import type { RequestHandler } from './$types';

/** Says that there is something to download. Nothing leaves the house, so nothing is recorded. */
export const HEAD: RequestHandler = async (event) => {
  await requireUser(event);
  const { days } = cases.viewOf(event.url.searchParams);
  await cases.readStats(event.locals.db, uuidOr404(event.params.chatbot), days);
  return exports.head();
};

/** The list that the query asks for, as CSV. */
export const GET: RequestHandler = async (event) => {
  const user = await requireUser(event);
  const { db, device_time_zone } = event.locals;
  const chatbot = uuidOr404(event.params.chatbot);
  const view = cases.viewOf(event.url.searchParams);
  // A file may reach back a year, though no button of the page asks for it.
  if (event.url.searchParams.get('days') === '365') view.days = 365;
  // Asked first, so that a refusal is a page and not a broken file; and so that all pages share one window.
  const [{ since }, { time_zone }] = await Promise.all([
    cases.readStats(db, chatbot, view.days),
    profiles.readMine(db, user.id),
  ]);
  const chunks = exports.cases(db, chatbot, view, since, device_time_zone ?? time_zone);
  return exports.download(chunks, `handoff-${view.filter}-${new Date().toISOString().slice(0, 10)}.csv`);
};
