import { expect, it } from 'vitest';
import { pollDelay, type Moment } from './sync.ts';

const open: Moment = { is_open: true, is_visible: true, has_session: true, phase: 'waiting', is_live: false };

it('shows an answer within a second while somebody waits for it, hints or not', () => {
  expect(pollDelay(open)).toBeLessThan(1_000);
  expect(pollDelay({ ...open, phase: 'person' })).toBeLessThan(1_000);
});

it('shows a new setting within five seconds whenever the panel can be seen', () => {
  for (const has_session of [true, false]) {
    for (const is_live of [true, false]) {
      expect(pollDelay({ ...open, phase: 'assistant', has_session, is_live })).toBeLessThan(5_000);
    }
  }
});

it('asks for nothing while nothing can change that the visitor would see', () => {
  expect(pollDelay({ ...open, is_open: false, phase: 'assistant' })).toBeNull();
  expect(pollDelay({ ...open, is_open: false, has_session: false })).toBeNull();
  expect(pollDelay({ ...open, is_visible: false, phase: 'assistant' })).toBeNull();
});

it('still counts unread answers while closed, at a slower pace', () => {
  expect(pollDelay({ ...open, is_open: false })).toBeGreaterThan(5_000);
});
