import { expect, it } from 'vitest';
import { ceiling, dayPart, successRate } from './health';

const day = (completed: number, failed: number) => ({ date: '2026-11-30', completed, failed });

it('rates what is over, and nothing where nothing is', () => {
  expect(successRate({ days: [day(2, 1), day(1, 0)] })).toBe(0.75);
  expect(successRate({ days: [day(0, 0)] })).toBeNull();
});

it('draws bars below a round number', () => {
  expect([0, 1, 3, 7, 10, 11, 420].map(ceiling)).toEqual([1, 1, 5, 10, 10, 20, 500]);
});

it('greets by the time of day', () => {
  expect([4, 5, 11, 12, 17, 18, 23].map(dayPart)).toEqual([
    'evening',
    'morning',
    'morning',
    'afternoon',
    'afternoon',
    'evening',
    'evening',
  ]);
});
