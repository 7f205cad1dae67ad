// The one number that a card of the insights is about, and how it stands beside the days before.
import type { Charts, Duration, Period } from '$lib/server/insights';
import { count, hours, percent } from '$lib/time';
import { total, TRIGGER_NAMES, WEEKDAYS } from './plots';

export interface Headline {
  value: string;
  /** What the value counts. */
  words: string;
  /** What it was before; null where there is nothing to compare. */
  change: string | null;
}

const daysBefore = (days: number) => `in the ${days} days before`;

/** How one value became another: "↑ 12 % from 118", "↓ from 15 min", "as before". */
function change(now: number, before: number, days: number, words: string, isCount = false): string {
  if (now === before) return `the same ${daysBefore(days)}`;
  const arrow = now > before ? '↑' : '↓';
  const share = isCount && before > 0 ? ` ${percent(Math.abs(now - before) / before)}` : '';
  return `${arrow}${share} from ${words} ${daysBefore(days)}`;
}

/** How many asked. */
export function asked(charts: Charts): Headline {
  const [now, before] = [total(charts), total(charts.before)];
  return {
    value: now.toLocaleString('en-GB'),
    words: now === 1 ? 'escalation' : 'escalations',
    change: change(now, before, charts.days, before.toLocaleString('en-GB'), true),
  };
}

/** The way in which most asked, and its share. */
export function mostUsed(charts: Charts): Headline | null {
  const [first] = charts.by_trigger;
  if (!first || first.count === 0) return null;
  const share = (period: Period) => {
    const found = period.by_trigger.find(({ trigger }) => trigger === first.trigger);
    return total(period) === 0 ? null : (found?.count ?? 0) / total(period);
  };
  const [now, before] = [share(charts), share(charts.before)];
  return {
    value: percent(now),
    words: (TRIGGER_NAMES[first.trigger] ?? first.trigger).toLowerCase(),
    change: now === null || before === null ? null : change(now, before, charts.days, percent(before)),
  };
}

/** How long half of the visitors waited for a first reply. */
export function firstReply(charts: Charts): Headline | null {
  const median = ({ durations }: Period, wanted: Duration['measure'] = 'first_reply') =>
    durations.find(({ measure }) => measure === wanted)?.median_hours ?? null;
  const [now, before] = [median(charts), median(charts.before)];
  if (now === null) return null;
  const received = median(charts, 'first_received');
  return {
    value: hours(now),
    words: `median to the first reply${received === null ? '' : `, ${hours(received)} until one was received`}`,
    change: before === null ? null : change(now, before, charts.days, hours(before)),
  };
}

/** The share that was in time, of what is decided. */
export function inTime(charts: Charts): Headline | null {
  const sum = ({ targets }: Period) => {
    const within = targets.reduce((n, day) => n + day.within, 0);
    const decided = targets.reduce((n, day) => n + day.within + day.missed, 0);
    return { within, decided, share: decided === 0 ? null : within / decided };
  };
  const [now, before] = [sum(charts), sum(charts.before)];
  if (now.share === null) return null;
  return {
    value: percent(now.share),
    words: `within target, ${now.within.toLocaleString('en-GB')} of ${now.decided.toLocaleString('en-GB')}`,
    change:
      before.share === null ? null : change(now.share, before.share, charts.days, percent(before.share)),
  };
}

/** The hour of the week in which most asked; the first of several. */
export function busiest({ hour_of_week }: Charts): Headline | null {
  const most = Math.max(0, ...hour_of_week.map((cell) => cell.count));
  const found = hour_of_week.find((cell) => cell.count === most);
  if (!found) return null;
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  return {
    value: `${WEEKDAYS[found.weekday - 1]} ${clock(found.hour)}`,
    words: `is the busiest hour, with ${count(most, 'escalation')}`,
    change: null,
  };
}

/** How many asked for a person right under an answer. */
export function underAnswers({ answers }: Charts): Headline {
  const n = answers.reduce((sum, { needs_human }) => sum + needs_human, 0);
  const words = n === 1 ? 'time an answer led to a person' : 'times an answer led to a person';
  return { value: n.toLocaleString('en-GB'), words, change: null };
}
