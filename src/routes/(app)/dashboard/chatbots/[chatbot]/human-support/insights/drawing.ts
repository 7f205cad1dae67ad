// The only door to Chart.js, loaded after the page is shown. Only the parts in use are registered; there is no animation, so a
// live update does not move what somebody is reading.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
  type ChartDataset,
} from 'chart.js';
import type { Plot, Series } from './plots';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export interface Drawing {
  /** Shows other figures, or the same ones in other colours. */
  redraw: (plot: Plot) => void;
  destroy: () => void;
}

/** A canvas knows no custom properties, so the browser is asked what they come to here. */
function colourReader(beside: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    beside.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

function datasetOf(kind: Plot['kind'], series: Series, colour: string): ChartDataset<'bar' | 'line'> {
  const { name, values, isLight } = series;
  const common = { label: name, data: values, borderColor: colour };
  if (kind === 'lines') {
    return {
      ...common,
      type: 'line',
      borderWidth: 2,
      borderDash: isLight ? [5, 4] : [],
      // Where both lines are the same, the dashed one lies on top and both are seen.
      order: isLight ? 0 : 1,
      pointRadius: 0,
      pointHoverRadius: 4,
      pointBackgroundColor: colour,
    };
  }
  return {
    ...common,
    type: 'bar',
    borderWidth: 1,
    borderRadius: 3,
    backgroundColor: isLight ? 'transparent' : colour,
    maxBarThickness: 22,
  };
}

function configure(plot: Plot, canvas: HTMLCanvasElement): ChartConfiguration<'bar' | 'line'> {
  const colour = colourReader(canvas.parentElement ?? document.body);
  const isAcross = plot.kind === 'bars';
  const font = { family: getComputedStyle(canvas).fontFamily, size: 12 };
  const names = {
    grid: { display: false },
    border: { color: colour('--line') },
    ticks: { color: colour('--text-2'), font, maxRotation: 0, autoSkip: !isAcross, autoSkipPadding: 12 },
  };
  const values = {
    beginAtZero: true,
    grid: { color: colour('--line') },
    border: { display: false },
    title: { display: plot.unit !== null, text: plot.unit ?? '', color: colour('--text-3'), font },
    ticks: {
      color: colour('--text-3'),
      font,
      maxTicksLimit: 6,
      maxRotation: 0,
      // Nobody asks half a time, but something may take half an hour.
      ...(plot.unit === null && { precision: 0 }),
    },
  };
  return {
    type: 'bar',
    data: {
      labels: plot.labels,
      datasets: plot.series.map((series) => datasetOf(plot.kind, series, colour(series.colour))),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: isAcross ? 'y' : 'x',
      interaction: { mode: 'index', intersect: false, axis: isAcross ? 'y' : 'x' },
      scales: isAcross ? { x: values, y: names } : { x: names, y: values },
      plugins: {
        tooltip: {
          backgroundColor: colour('--text'),
          titleColor: colour('--surface'),
          bodyColor: colour('--surface'),
          titleFont: { ...font, weight: 600 },
          bodyFont: font,
          displayColors: false,
          callbacks: {
            title: (items) => plot.titles[items[0]?.dataIndex ?? -1] ?? '',
            label: ({ datasetIndex, dataIndex }) => {
              const series = plot.series[datasetIndex];
              return series ? `${series.name}: ${plot.exact(series.values[dataIndex] ?? null)}` : '';
            },
          },
        },
      },
    },
  };
}

/** Draws on the canvas until destroyed. */
export function draw(canvas: HTMLCanvasElement, plot: Plot): Drawing {
  const chart = new Chart(canvas, configure(plot, canvas));
  return {
    redraw(next) {
      const { data, options } = configure(next, canvas);
      chart.data = data;
      chart.options = options ?? {};
      chart.update('none');
    },
    destroy: () => chart.destroy(),
  };
}
