import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

const seen = (headers: Record<string, string>, header?: string) =>
  clientAddress(new Request('http://functions.test/', { headers }), header);

describe('the address that limits count against', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:5123', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', null],
    ['1:2:3', null],
    ['', null],
  ])('of %j is %j', (value, expected) => {
    expect(seen({ 'x-forwarded-for': value })).toBe(expected);
  });

  it.each([
    ['9.9.9.9, 20.30.40.50', '20.30.40.50'],
    ['20.30.40.50, 10.0.0.1, 127.0.0.1', '20.30.40.50'],
    ['2a02:1:2:3::9, ::1', '2a02:1:2:3::/64'],
    ['nonsense, 127.0.0.1', '127.0.0.1'],
    ['10.0.0.7, 10.0.0.1', '10.0.0.1'],
  ])('in the list %j is what the nearest proxy outside our own network added', (value, expected) => {
    expect(seen({ 'x-forwarded-for': value })).toBe(expected);
  });

  it('comes from the configured header alone', () => {
    const headers = { 'cf-connecting-ip': '198.51.100.9', 'x-forwarded-for': '203.0.113.7' };
    expect(seen(headers, 'cf-connecting-ip')).toBe('198.51.100.9');
    expect(seen({ 'x-forwarded-for': '203.0.113.7' }, 'cf-connecting-ip')).toBeNull();
  });
});
