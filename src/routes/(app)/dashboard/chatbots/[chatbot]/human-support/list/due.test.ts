import { expect, test } from 'vitest';
import { dueOf } from './due.ts';

const at = (minutes: number) => new Date(minutes * 60_000).toISOString();
const row = {
  due_at: at(60),
  warn_at: at(45),
  is_resolve_due: false,
  escalation_status: 'open' as const,
};
const words = (minutes: number, other = row) => dueOf(other, minutes * 60_000);

test('says how much time is left, soon from three quarters on and late past the end', () => {
  expect(words(0)).toMatchObject({ tone: 'calm', words: 'in 1 h', spoken: 'First reply due in 1 hour.' });
  expect(words(44.9)).toMatchObject({ tone: 'calm', words: 'in 16 m' });
  expect(words(45)).toMatchObject({
    tone: 'soon',
    words: 'in 15 m',
    spoken: 'First reply due in 15 minutes, soon.',
  });
  expect(words(59.5)).toMatchObject({ tone: 'soon', words: 'in 1 m' });
  expect(words(60)).toMatchObject({ tone: 'soon', words: 'in 0 m' });
  expect(words(60.1)).toMatchObject({ tone: 'late', words: 'late', spoken: 'First reply past due.' });
  expect(words(61)).toMatchObject({ tone: 'late', words: '1 m late' });
  expect(words(60 + 185)).toMatchObject({
    tone: 'late',
    words: '3 h late',
    spoken: 'First reply 3 hours past due.',
  });
  expect(words(60 + 60 * 50)).toMatchObject({ words: '2 d late' });
});

test('names what is due, and nothing where nothing is', () => {
  expect(dueOf({ ...row, is_resolve_due: true }, 0)?.of).toBe('Resolving');
  expect(dueOf({ ...row, due_at: null, warn_at: null }, 0)).toBeNull();
  expect(dueOf({ ...row, escalation_status: 'resolved' }, 0)).toBeNull();
});
