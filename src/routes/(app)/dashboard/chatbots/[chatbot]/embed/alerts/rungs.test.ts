import { expect, it } from 'vitest';
import { edited, isValid, sentenceOf, settingsOf } from './rungs';

const rung = (minutes: string, clock: 'always' | 'office_hours' = 'always') => ({
  minutes,
  clock,
  who: 'owner',
  by: 'both' as const,
});

it('says each step as a person would', () => {
  expect(sentenceOf(rung('0'), 'everybody on the list')).toBe('At once: tell everybody on the list');
  expect(sentenceOf(rung('1'), 'Ana')).toBe('If nobody has seen it after 1 minute: tell Ana');
  expect(sentenceOf(rung('15', 'office_hours'), 'the owner')).toBe(
    'If nobody has seen it after 15 minutes of office hours: tell the owner',
  );
  expect(sentenceOf(rung('0', 'office_hours'), 'the owner')).toBe(
    'At once, or when office hours begin: tell the owner',
  );
  expect(sentenceOf({ ...rung('15'), by: 'push' }, 'the owner')).toBe(
    'If nobody has seen it after 15 minutes: tell the owner on their devices',
  );
  expect(sentenceOf({ ...rung('0'), by: 'mail' }, 'Ana')).toBe('At once: tell Ana by e-mail');
  expect(sentenceOf({ ...rung('0'), who: 'channel:c1', by: 'push' }, 'Room')).toBe('At once: tell Room');
  expect(sentenceOf(rung('soon'), 'the owner')).toBe('Tell the owner');
});

it('saves what was loaded', () => {
  const settings = {
    hold_seconds: 30,
    rungs: [
      {
        after_minutes: 0,
        clock: 'always',
        target: 'recipients',
        member_id: null,
        channel_id: null,
        by: 'both',
      },
      {
        after_minutes: 10,
        clock: 'office_hours',
        target: 'member',
        member_id: 'm1',
        channel_id: null,
        by: 'push',
      },
      {
        after_minutes: 20,
        clock: 'always',
        target: 'channel',
        member_id: null,
        channel_id: 'c1',
        by: 'both',
      },
    ],
  } as const;
  expect(settingsOf(edited({ ...settings, rungs: [...settings.rungs] }))).toEqual(settings);
});

it('knows what cannot be saved', () => {
  expect(isValid({ rungs: [rung('1440')], hold_seconds: '180' })).toBe(true);
  expect(isValid({ rungs: [rung('1441')], hold_seconds: '0' })).toBe(false);
  expect(isValid({ rungs: [rung('15')], hold_seconds: '181' })).toBe(false);
});
