// What the charts show, made from the rows of triage_charts. The drawing and the table of a chart are made from the same plot,
// so they cannot differ.
import type { Charts, Period } from '$lib/server/insights';
import { hours, percent } from '$lib/time';

export interface Series {
  name: string;
  /** A colour of the theme. */
  colour: '--accent' | '--green';
  /** Drawn hollow or dashed, so that two series differ by more than their colour. */
  isLight: boolean;
  /** One for each label; null where there is nothing to measure. */
  values: (number | null)[];
}

export interface Plot {
  kind: 'columns' | 'lines' | 'bars';
  /** What the labels are, as the heading of the table's first column. */
  of: string;
  /** Short names along the axis; a list is written on several lines. */
  labels: (string | string[])[];
  /** The same in full, for the table and the tooltip. */
  titles: string[];
  series: Series[];
  /** What the axis of values counts, where its numbers alone do not say it. */
  unit: string | null;
  /** A value in full. */
  exact: (value: number | null) => string;
  /** Further columns that only the table has. */
  columns: { name: string; values: string[] }[];
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Up to so many days there is room for two columns each, also on a phone. */
const COLUMN_DAYS = 32;

export const TRIGGER_NAMES: Record<Charts['by_trigger'][number]['trigger'], string> = {
  inline_cta: 'Under an answer',
  followup_button: 'Follow-up button',
  compact_link: 'Link below the input',
  intent: 'In their own words',
  api: 'Through the API',
  mail: 'By e-mail',
};

const MEASURE_NAMES: Record<Charts['durations'][number]['measure'], string> = {
  first_open: 'First open',
  first_reply: 'First reply',
  first_received: 'First reply received',
  resolve: 'Resolve',
};

function figure(value: number | null): string {
  return value === null ? '—' : value.toLocaleString('en-GB', { maximumFractionDigits: 2 });
}

/** Hours to two decimals, with the natural unit beside them where that is another one: 0.05 h (3 min). */
export function exactHours(value: number | null): string {
  if (value === null) return '—';
  const natural = hours(value);
  return natural.endsWith(' h') ? `${figure(value)} h` : `${figure(value)} h (${natural})`;
}

/** How many cases the charts of a period are drawn from: the strip's total. */
export function total({ by_trigger }: Period): number {
  return by_trigger.reduce((sum, { count }) => sum + count, 0);
}

/** Escalations and resolutions on every day of the window, also on those without any. */
export function perDay(charts: Charts): Plot {
  const days = charts.per_day.map(({ day }) => day);
  const short = (day: string) => `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
  const weekday = (day: string) => (WEEKDAYS[(new Date(day).getUTCDay() + 6) % 7] ?? '').slice(0, 3);
  return {
    kind: days.length > COLUMN_DAYS ? 'lines' : 'columns',
    of: 'Day',
    labels: days.map(short),
    titles: days.map((day) => `${weekday(day)} ${short(day)} ${day.slice(0, 4)}`),
    series: [
      {
        name: 'Escalations',
        colour: '--accent',
        isLight: false,
        values: charts.per_day.map(({ escalations }) => escalations),
      },
      {
        name: 'Resolutions',
        colour: '--green',
        isLight: true,
        values: charts.per_day.map(({ resolutions }) => resolutions),
      },
    ],
    unit: null,
    exact: figure,
    columns: [],
  };
}

/** In time and late, by the day on which it was asked. */
export function withinTarget(charts: Charts): Plot {
  const days = new Map(charts.targets.map((one) => [one.day, one]));
  const all = charts.per_day.map(({ day }) => days.get(day));
  const { kind, of, labels, titles } = perDay(charts);
  return {
    kind,
    of,
    labels,
    titles,
    series: [
      {
        name: 'Within target',
        colour: '--green',
        isLight: false,
        values: all.map((one) => one?.within ?? 0),
      },
      { name: 'Missed', colour: '--accent', isLight: true, values: all.map((one) => one?.missed ?? 0) },
    ],
    unit: null,
    exact: figure,
    columns: [
      { name: 'With time left', values: all.map((one) => figure(one?.due ?? 0)) },
      { name: '% within target', values: all.map((one) => percent(one?.within_rate ?? null)) },
    ],
  };
}

/** How people asked, with the share of each way. */
export function byTrigger(charts: Charts): Plot {
  const all = total(charts);
  const titles = charts.by_trigger.map(({ trigger }) => TRIGGER_NAMES[trigger] ?? trigger);
  return {
    kind: 'bars',
    of: 'Trigger',
    labels: titles,
    titles,
    series: [
      {
        name: 'Escalations',
        colour: '--accent',
        isLight: false,
        values: charts.by_trigger.map(({ count }) => count),
      },
    ],
    unit: null,
    exact: figure,
    columns: [
      {
        name: 'Share',
        values: charts.by_trigger.map(({ count }) =>
          all === 0 ? '—' : `${figure(Math.round((count / all) * 1000) / 10)} %`,
        ),
      },
    ],
  };
}

/** Median and 90th percentile of the hours until the team did something. */
export function durations(charts: Charts): Plot {
  const titles = charts.durations.map(({ measure }) => MEASURE_NAMES[measure] ?? measure);
  return {
    kind: 'bars',
    of: 'Until',
    labels: charts.durations.map(({ median_hours, p90_hours }, index) => [
      titles[index] ?? '',
      median_hours === null || p90_hours === null
        ? 'none yet'
        : `${hours(median_hours)} / ${hours(p90_hours)}`,
    ]),
    titles,
    series: [
      {
        name: 'Median',
        colour: '--accent',
        isLight: false,
        values: charts.durations.map(({ median_hours }) => median_hours),
      },
      {
        name: '90th percentile',
        colour: '--accent',
        isLight: true,
        values: charts.durations.map(({ p90_hours }) => p90_hours),
      },
    ],
    unit: 'hours',
    exact: exactHours,
    columns: [{ name: 'Cases', values: charts.durations.map(({ count }) => figure(count)) }],
  };
}

export interface HeatCell {
  count: number;
  /** 0 for none, then four equal steps up to the busiest hour. */
  level: 0 | 1 | 2 | 3 | 4;
}

/** Seven days from Monday with 24 hours each, every one of them there. */
export function hourOfWeek(charts: Charts): HeatCell[][] {
  const most = Math.max(1, ...charts.hour_of_week.map(({ count }) => count));
  const counts = new Map(
    charts.hour_of_week.map(({ weekday, hour, count }) => [`${weekday} ${hour}`, count]),
  );
  return WEEKDAYS.map((_, day) =>
    Array.from({ length: 24 }, (_, hour) => {
      const count = counts.get(`${day + 1} ${hour}`) ?? 0;
      return { count, level: Math.ceil((count / most) * 4) as HeatCell['level'] };
    }),
  );
}
