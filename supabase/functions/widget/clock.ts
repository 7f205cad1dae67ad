import { clockChanges, comingYear } from '../_shared/clocks.ts';
import { line, queryOf, readFields } from '../_shared/fields.ts';
import { json } from '../_shared/http.ts';

const ZONE_MAX_LENGTH = 60;

/**
 * `GET widget/clock?time_zone=…`: what this runtime's own time zone database says of a zone in the coming twelve months, `null` where it
 * knows no such zone. The health page compares it with what Postgres says; nothing that people read is made of it.
 */
export async function show(request: Request): Promise<Response> {
  const { time_zone } = readFields({ time_zone: line(ZONE_MAX_LENGTH) }, queryOf(request));
  return json(200, { changes: clockChanges(time_zone, ...comingYear(Date.now())) });
}
