import { describe, expect, it } from 'vitest';
import type { Reach } from '$lib/server/cases';
import { LANGUAGES } from '#shared/labels.ts';
import { addressQuestion } from './address-questions.ts';
import { isAddressMissing, unreachedWords } from './reach-words.ts';

const GONE: Reach = {
  page_open: false,
  address: null,
  mail_on: true,
  is_own_bot: false,
  suppressed: false,
  contact_text: null,
};
const words = (change: Partial<Reach>) => unreachedWords({ ...GONE, ...change });

describe('before a reply is sent', () => {
  it('nothing is said while somebody would receive it', () => {
    expect(words({ page_open: true })).toBeNull();
    expect(words({ is_own_bot: true })).toBeNull();
    expect(words({ address: 'ana@example.com' })).toBeNull();
  });

  it('is said why nobody would', () => {
    expect(words({})).toContain('no e-mail address is known');
    expect(words({ address: 'ana@example.com', suppressed: true })).toContain(
      'ana@example.com doesn’t take e-mail',
    );
    expect(words({ address: 'ana@example.com', mail_on: false })).toContain('replies aren’t e-mailed');
  });

  it('an address is asked for where one would help, in the visitor’s language', () => {
    expect([isAddressMissing(GONE), isAddressMissing({ ...GONE, mail_on: false })]).toEqual([true, false]);
    expect(new Set(LANGUAGES.map(addressQuestion)).size).toBe(LANGUAGES.length);
    expect(addressQuestion('de-AT')).toBe(addressQuestion('de'));
    expect([addressQuestion('fi'), addressQuestion(null)]).toEqual([
      addressQuestion('en'),
      addressQuestion('en'),
    ]);
  });
});
