import { describe, expect, it } from 'vitest';
import { fill } from './canned-variables.ts';

const values = { name: 'Vera', agent: 'Ana', reference: '7KQ-M2X', chatbot: 'Acme Help' };

describe('a canned reply', () => {
  it('says names and reference where its variables stand', () => {
    expect(fill('Hi {name}, {agent} of {chatbot} here about {reference}. Bye {name}', values)).toBe(
      'Hi Vera, Ana of Acme Help here about 7KQ-M2X. Bye Vera',
    );
  });

  it('leaves no hole where a name is not known', () => {
    expect(fill('Hi {name}, one moment.', { ...values, name: '' })).toBe('Hi, one moment.');
    expect(fill('{name}', { ...values, name: '' })).toBe('');
  });

  it('leaves other braces alone, and what a name brings along', () => {
    expect(fill('Use {size} and {}', values)).toBe('Use {size} and {}');
    expect(fill('{constructor}', values)).toBe('{constructor}');
    expect(fill('Hi {name}', { ...values, name: '{agent} $& $1' })).toBe('Hi {agent} $& $1');
  });
});
