import { clockChanges, comingYear, type ClockChanges } from '#shared/clocks.ts';
import { supabaseProject } from '$lib/env';
import { requireUser } from '$lib/server/guards';
import * as zones from '$lib/server/zones';
import type { PageServerLoad } from './$types';

const PATIENCE_MS = 5000;

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  const { db, device_time_zone } = event.locals;
  const now = Date.now();
  const found = await zones.listInUse(db, device_time_zone);
  const read = found.map(async (zone) => ({
    ...zone,
    node: clockChanges(zone.name, ...comingYear(now)),
    functions: await askFunctions(event.fetch, zone.name),
  }));
  return { now, zones: await Promise.all(read) };
};

/** What the runtime of the edge functions knows of a zone: null where it knows none, undefined when it cannot be asked. */
async function askFunctions(ask: typeof fetch, name: string): Promise<ClockChanges | null | undefined> {
  const address = `${supabaseProject().url}/functions/v1/widget/clock?time_zone=${encodeURIComponent(name)}`;
  try {
    const answer = await ask(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? ((await answer.json()) as { changes: ClockChanges | null }).changes : undefined;
  } catch {
    return undefined;
  }
}
