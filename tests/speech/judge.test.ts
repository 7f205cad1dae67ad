import { expect, it } from 'vitest';
import { judge } from './judge.ts';

it('hears that each sentence is spoken once, whole and in order, whatever else is said', () => {
  const sentences = ['Ana has joined', 'Ana: Hello, order 1.'];
  expect(
    judge(sentences, ['Write a message entry', 'Ana has joined', 'Ana: Hello, order 1. ']),
  ).toBeUndefined();
  expect(judge(sentences, ['Ana has joined'])).toBe('“Ana: Hello, order 1.” was not spoken');
  expect(judge(sentences, ['Ana has joined', 'Hello, order 1.'])).toContain(
    'not spoken as one whole sentence',
  );
  expect(judge(sentences, ['Ana has joined', 'Ana has joined', 'Ana: Hello, order 1.'])).toContain('2 times');
  expect(judge(sentences, ['Ana: Hello, order 1.', 'Ana has joined'])).toContain('too early');
  expect(judge(['Opened by a person at …'], ['Opened by a person at 9:05 AM'])).toBeUndefined();
});
