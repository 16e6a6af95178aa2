import { expect, it } from 'vitest';
import { readArrival } from './arrival';
import { slugOf } from './slug';

it.each([
  ['Acme', 'acme'],
  ['Ødegård & Söhne', 'odegard-sohne'],
  ['  --Ada’s  Lab!--  ', 'ada-s-lab'],
  ['日本', ''],
  ['a'.repeat(60), 'a'.repeat(38)],
  [`${'a'.repeat(37)} b`, 'a'.repeat(37)],
])('a tenant called %j will live at %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it('remembers where somebody wanted to go, but only within this installation', () => {
  expect(readArrival('?tenant=demo&next=%2Fexecutions%3Fstatus%3Dfailed')).toEqual({
    tenant: 'demo',
    next: '/executions?status=failed',
  });
  expect(readArrival('?next=https%3A%2F%2Fevil.example')).toEqual({ tenant: '', next: '/' });
});
