import { expect, it } from 'vitest';
import { faultIn, leadFrom } from './lead.ts';

const field = (key: string, is_required = false) => ({ key, label: null, is_required });

it.each([
  ['an empty field that must be filled', field('name', true), ' ', 'required'],
  ['an empty field that need not', field('email'), '', null],
  ['an address', field('email'), ' ana@shop.example ', null],
  ['an address without a dot', field('email'), 'ana@shop', 'email'],
  ['an address without a host', field('email'), 'ana@', 'email'],
  ['two addresses', field('email'), 'a@b.example, c@d.example', 'email'],
  ['a phone number with its usual decoration', field('phone'), '+46 (8) 555-010', null],
  ['a word for a phone number', field('phone'), 'later', 'phone'],
])('judges %s', (_what, given, value, expected) => {
  expect(faultIn(given, value)).toBe(expected);
});

it('gives the server what was filled in, under its own names', () => {
  const values: [string, string][] = [
    ['name', ' Ana '],
    ['phone', ''],
    ['custom_order', 'NP-1'],
    ['custom_shop', 'Åre'],
  ];
  expect(leadFrom(values)).toEqual({ name: 'Ana', custom: { custom_order: 'NP-1', custom_shop: 'Åre' } });
});
