import { expect, it } from 'vitest';
import type { CaseRow } from '$lib/server/cases';
import { fits, wordsOf } from './palette-search';

const row = {
  visitor_name: 'Zoë Brandt',
  visitor_email: 'zoe@example.test',
  reference: 'K7M-2QX',
  session_id: 's-1',
  question: 'Where is my parcel?',
  last_message_preview: 'Still nothing',
} as CaseRow;

it.each(['zoe', 'BRANDT', 'zoe@exam', 'k7m-2', 'parcel where', 'nothing', ''])(
  'finds a case by “%s”',
  (typed) => {
    expect(fits(typed, wordsOf(row))).toBe(true);
  },
);

it('finds nothing where one of the words is missing', () => {
  expect(fits('parcel tent', wordsOf(row))).toBe(false);
});
