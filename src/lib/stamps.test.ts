import { expect, it } from 'vitest';
import { stampsOf } from './stamps';
import { localStamp } from './time';

const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];

/** As Postgres writes it: without the zeros at the end of its microseconds. */
function fromDatabase(instant: number, microseconds: string): string {
  const seconds = new Date(instant).toISOString().slice(0, 19);
  const fraction = (new Date(instant).toISOString().slice(20, 23) + microseconds).replace(/0+$/, '');
  return `${seconds}${fraction && `.${fraction}`}+00:00`;
}

it.each(ZONES)('writes every instant of a year as a calendar of %s does', (zone) => {
  const stamps = stampsOf(zone);
  const start = Date.UTC(2026, 0, 1);
  for (let n = 0; n < 20_000; n++) {
    const instant = start + n * 1_577_917;
    const at = fromDatabase(instant, ['', '000', '7', '456'][n % 4]!);
    const iso = new Date(instant).toISOString();
    expect(stamps(at)).toEqual([iso, localStamp(iso, zone)]);
  }
});

it.each(['2026-11-01T05:59:59.5+00:00', '2026-11-01T06:00:00+00:00', '2026-03-08T07:00:00.123456+00:00'])(
  'follows a change of clocks at %s',
  (at) => {
    const iso = new Date(at).toISOString();
    expect(stampsOf('America/New_York')(at)).toEqual([iso, localStamp(iso, 'America/New_York')]);
  },
);

it('reads an instant that is told in another zone', () => {
  expect(stampsOf('Asia/Tokyo')('2026-11-22T14:05:09.5+01:00')).toEqual([
    '2026-11-22T13:05:09.500Z',
    '2026-11-22 22:05:09',
  ]);
});

it('leaves empty what has not happened', () => {
  expect(stampsOf('UTC')(null)).toEqual([null, null]);
});
