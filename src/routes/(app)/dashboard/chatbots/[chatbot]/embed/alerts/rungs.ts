// How a step of the ladder is written in the form, and read aloud as a sentence.
import * as checks from '$lib/checks';
import type { AlertClock, AlertMeans, AlertSettings, Rung } from '$lib/server/alerts';

export const RUNGS_MAX = 5;
/** How `who` begins where a channel is told. */
export const CHANNEL = 'channel:';
const MINUTES_MAX = 1440;
const HOLD_MAX_SECONDS = 180;

/** A step as it is edited: `who` is recipients, owner, the id of a member, or `channel:` and that of a channel. */
export interface EditedRung {
  minutes: string;
  clock: AlertClock;
  who: string;
  /** How; without a meaning where a channel is told. */
  by: AlertMeans;
}

export interface EditedAlerts {
  rungs: EditedRung[];
  hold_seconds: string;
}

export function edited({ rungs, hold_seconds }: AlertSettings): EditedAlerts {
  return {
    hold_seconds: String(hold_seconds),
    rungs: rungs.map(({ after_minutes, clock, target, member_id, channel_id, by }) => ({
      minutes: String(after_minutes),
      clock,
      by,
      who: channel_id ? CHANNEL + channel_id : (member_id ?? target),
    })),
  };
}

/** As it is saved. */
export function settingsOf({ rungs, hold_seconds }: EditedAlerts): AlertSettings {
  return { rungs: rungs.map(rungOf), hold_seconds: Number(hold_seconds) };
}

function rungOf({ minutes, clock, who, by }: EditedRung): Rung {
  const rung = { after_minutes: Number(minutes), clock, by, member_id: null, channel_id: null };
  if (who === 'recipients' || who === 'owner') return { ...rung, target: who };
  if (who.startsWith(CHANNEL)) return { ...rung, target: 'channel', channel_id: who.slice(CHANNEL.length) };
  return { ...rung, target: 'member', member_id: who };
}

export function minutesProblem(minutes: string): checks.Problem {
  return checks.wholeNumber(minutes, 0, MINUTES_MAX);
}

export function holdProblem(seconds: string): checks.Problem {
  return checks.wholeNumber(seconds, 0, HOLD_MAX_SECONDS);
}

/** Whether anything stands in the way of saving. */
export function isValid({ rungs, hold_seconds }: EditedAlerts): boolean {
  return holdProblem(hold_seconds) === null && rungs.every(({ minutes }) => minutesProblem(minutes) === null);
}

const BY: Record<AlertMeans, string> = { both: '', mail: ' by e-mail', push: ' on their devices' };

/** "If nobody has seen it after 15 minutes: tell the owner on their devices". */
export function sentenceOf({ minutes, clock, who: target, by }: EditedRung, name: string): string {
  const who = name + (target.startsWith(CHANNEL) ? '' : BY[by]);
  if (minutesProblem(minutes) !== null) return `Tell ${who}`;
  const n = Number(minutes);
  const isOffice = clock === 'office_hours';
  if (n === 0) return `${isOffice ? 'At once, or when office hours begin' : 'At once'}: tell ${who}`;
  const wait = `${n.toLocaleString('en-GB')} ${n === 1 ? 'minute' : 'minutes'}${isOffice ? ' of office hours' : ''}`;
  return `If nobody has seen it after ${wait}: tell ${who}`;
}
