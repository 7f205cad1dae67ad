import { expect, it } from 'vitest';
import { pageAddress } from './page-address.ts';

it.each([
  ['https://shop.example/cart?token=s3cret#access_token=1', [], 'https://shop.example/cart'],
  ['https://shop.example/cart?token=1&sku=9', ['sku'], 'https://shop.example/cart?sku=9'],
  ['https://shop.example/?sku=a%20b&sku=c&Sku=d', ['sku'], 'https://shop.example/?sku=a+b&sku=c'],
  ['https://ann:pw@shop.example/?x', ['y'], 'https://shop.example/'],
  ['https://shop.example/t%C3%A4nts/', undefined, 'https://shop.example/t%C3%A4nts/'],
])('of %s with %j the team sees %s', (href, names, seen) => {
  expect(pageAddress(href, names)).toBe(seen);
});
