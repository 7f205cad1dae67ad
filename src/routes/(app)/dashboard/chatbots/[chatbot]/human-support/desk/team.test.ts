import { expect, it } from 'vitest';
import { choicesOf } from './team.ts';

it('names people by their names, and tells those of one name apart', () => {
  const team = [
    { user_id: '1', display_name: 'Alex', email: 'alex@a.test' },
    { user_id: '2', display_name: 'Alex', email: 'alex@b.test' },
    { user_id: '3', display_name: null, email: 'noor@a.test' },
    { user_id: '4', display_name: 'Ana', email: 'ana@a.test' },
  ];
  expect(choicesOf(team, '4').map(({ label }) => label)).toEqual([
    'Alex, alex@a.test',
    'Alex, alex@b.test',
    'noor@a.test',
    'Ana (you)',
  ]);
  expect(choicesOf(team, '4')[0]!.name).toBe('Alex');
});
