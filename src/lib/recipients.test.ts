import { describe, expect, it } from 'vitest';
import { isEmailAddress } from '#shared/email-address.ts';
import { add, split } from './recipients.ts';

const OWNER = 'Owner@example.com';

describe('recipients', () => {
  it.each(['a@example.com', "o'neil+tag@mail.example.co.uk", 'x_y-z@sub.example.museum'])(
    'takes %s',
    (address) => expect(isEmailAddress(address)).toBe(true),
  );

  it.each([
    'a',
    'a@',
    '@example.com',
    'a@example',
    'a@@example.com',
    'a b@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@-example.com',
    'a@example.c',
    'a@example.com\n',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(250)}.com`,
  ])('refuses %j', (address) => expect(isEmailAddress(address)).toBe(false));

  it('splits lists as people paste them', () => {
    expect(split(' a@example.com, b@example.com;c@example.com\nd@example.com  ')).toHaveLength(4);
    expect(split('Ana Ferreira <ana@example.com>, "Noor, K" <noor@example.com>')).toEqual([
      'ana@example.com',
      '"Noor',
      'noor@example.com',
    ]);
    expect(split('mailto:a@example.com')).toEqual(['a@example.com']);
  });

  it('compares without case and gives the owner no place', () => {
    const added = add(['A@example.com'], 'a@EXAMPLE.com, owner@EXAMPLE.com, b@example.com', OWNER);
    expect(added.addresses).toEqual(['A@example.com', 'b@example.com']);
    expect(added.notes).toHaveLength(2);
    expect(added.problems).toEqual([]);
  });

  it('adds what is right and names what is not', () => {
    const added = add([], 'a@example.com, nobody, b@example.com', OWNER);
    expect(added.addresses).toEqual(['a@example.com', 'b@example.com']);
    expect(added.rest).toEqual(['nobody']);
    expect(added.problems[0]).toContain('nobody');
  });

  it('stops at ten and names the first that did not fit', () => {
    const twelve = Array.from({ length: 12 }, (_, n) => `p${n}@example.com`).join(',');
    const added = add([], twelve, OWNER);
    expect(added.addresses).toHaveLength(10);
    expect(added.rest).toEqual(['p10@example.com', 'p11@example.com']);
    expect(added.problems[0]).toContain('p10@example.com');
  });
});
