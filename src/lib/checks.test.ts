import { describe, expect, it } from 'vitest';
import * as checks from './checks';

describe('what a field says before it is sent', () => {
  it.each([
    'https://www.example.com',
    'https://www.example.com/',
    'https://*.example.com',
    'http://localhost:3000',
    '  https://a.example \n\n http://b.example:8080 ',
    '',
  ])('takes %j as origins', (text) => expect(checks.origins(text)).toBeNull());

  it.each(['www.example.com', 'https://example.com/shop', 'https://exa mple.com', '*'])(
    'names the line that is not an origin: %j',
    (line) => expect(checks.origins(`https://good.example\n${line}`)).toContain(`“${line}”`),
  );

  it.each(['https://example.com', 'https://example.com/a?b=c', 'HTTPS://EXAMPLE.COM'])('opens %j', (text) =>
    expect(checks.link(text)).toBeNull(),
  );

  it.each([
    'http://example.com',
    'javascript:alert(1)',
    'https://localhost',
    'https://user@example.com',
    '//example.com',
    '',
  ])('opens nothing like %j', (text) => expect(checks.link(text)).not.toBeNull());

  it('counts characters as people do, without the spaces around them', () => {
    expect(checks.words('  👍👍  ', 2, 'Missing.')).toBeNull();
    expect(checks.words('👍👍👍', 2, 'Missing.')).toContain('This has 3');
    expect(checks.words(' \n ', 2, 'Missing.')).toBe('Missing.');
  });

  it('takes whole numbers of a range alone', () => {
    for (const right of ['0', '60', ' 7 ']) expect(checks.wholeNumber(right, 0, 60)).toBeNull();
    for (const wrong of ['', '61', '-1', '1.5', '1e1', 'ten', '9'.repeat(40)])
      expect(checks.wholeNumber(wrong, 0, 60)).toContain('0 to 60');
  });

  it('lets a stretch run past midnight, but not take no time', () => {
    expect(checks.shift(['22:00', '06:00'])).toBeNull();
    expect(checks.shift(['09:00', '09:00'])).not.toBeNull();
    expect(checks.shift(['', '09:00'])).not.toBeNull();
  });
});
