import { describe, expect, it } from 'vitest';
import { asideWords, filesWords, senderWords, sizeWords } from './mail-words.ts';

describe('a mail that came in', () => {
  it('is named by its sender', () => {
    expect(senderWords({ from_name: 'Kim Doe', from_email: 'kim@doe.example' })).toBe(
      'Kim Doe <kim@doe.example>',
    );
    expect(senderWords({ from_name: null, from_email: 'kim@doe.example' })).toBe('kim@doe.example');
    expect(senderWords({ from_name: 'دعاء', from_email: 'd@doe.example' })).toBe(
      '\u2068دعاء\u2069 <d@doe.example>',
    );
  });

  it('says why it is no message', () => {
    expect(asideWords({ status: 'unverified', reason: 'other_sender' })).toBe(
      'Unverified e-mail: it came from another address',
    );
    expect(asideWords({ status: 'machine', reason: 'auto_submitted' })).toBe(
      'Automatic e-mail: it was sent automatically',
    );
    expect(asideWords({ status: 'held', reason: 'too_many' })).toBe(
      'E-mail held back: more than 30 came within an hour',
    );
    expect(asideWords({ status: 'refused', reason: null })).toBe('E-mail not taken');
  });

  it('names the files that stayed behind', () => {
    expect(filesWords([])).toBeNull();
    expect(
      filesWords([
        { name: 'invoice.pdf', type: 'application/pdf', size: 120_400 },
        { name: 'photo.jpg', type: null, size: null },
      ]),
    ).toBe('2 files not taken over: invoice.pdf (120 kB), photo.jpg');
    expect([0, 999, 1000, 999_499, 999_500, 2_400_000, 10_400_000].map(sizeWords)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '999 kB',
      '1 MB',
      '2.4 MB',
      '10 MB',
    ]);
  });
});
