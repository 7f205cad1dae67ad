import { describe, expect, it } from 'vitest';
import { asciiAddress, isEmailAddress } from './email-address.ts';

describe('an address with a domain in another script', () => {
  it.each([
    ['team@bücher.example', 'team@xn--bcher-kva.example'],
    ['Team@BÜCHER.example', 'Team@xn--bcher-kva.example'],
    // Another domain than strasse.de, and other people's.
    ['info@straße.de', 'info@xn--strae-oqa.de'],
    ['office@例え.テスト', 'office@xn--r8jz45g.xn--zckzah'],
    ['a@пример.рф', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@bücher。example', 'a@xn--bcher-kva.example'],
  ])('%s is mailed as %s', (typed, sent) => {
    expect(asciiAddress(typed)).toBe(sent);
    expect(isEmailAddress(sent)).toBe(true);
  });

  it.each([
    'a@exam ple.com',
    'a@bücher',
    'ü@',
    '@bücher.example',
    'a@bücher.example:25',
    'a@bücher.example/x',
    'a@x\u202eü.com',
    'ü@b.co',
    'a@１２７.０.０.１',
  ])('is none in %j', (typed) => expect(isEmailAddress(asciiAddress(typed))).toBe(false));

  it.each(['ana.silva+x@Shop.example', 'not an address', 'a@b@c.example', ''])(
    'leaves %j as it is',
    (typed) => expect(asciiAddress(typed)).toBe(typed),
  );
});
