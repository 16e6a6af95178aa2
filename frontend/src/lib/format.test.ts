import { describe, expect, it } from 'vitest';
import { duration, elapsed, relative, shortId, sizeOf } from './format';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const before = (ms: number): string => new Date(NOW - ms).toISOString();

describe('relative time', () => {
  it.each([
    [400, 'now'],
    [42_000, '42 sec. ago'],
    [59_999, '59 sec. ago'],
    [180_000, '3 min. ago'],
    [7_200_000, '2 hr. ago'],
    [86_400_000, 'yesterday'],
    [-60_000, 'in 1 min.'],
  ])('%i ms away is %s', (ms, expected) => {
    expect(relative(before(ms), NOW, 'en')).toBe(expected);
  });

  it('becomes a date after a week', () => {
    expect(relative(before(41 * 86_400_000), NOW, 'en')).toBe('Jan 19, 2026');
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [104_857_600, '104.9 MB'],
  ])('%i bytes are %s', (bytes, expected) => {
    expect(sizeOf(bytes)).toBe(expected);
  });
});

describe('durations', () => {
  it.each([
    [0, '<1 ms'],
    [-3, '<1 ms'],
    [0.6, '1 ms'],
    [999.4, '999 ms'],
    [1_840, '1.8 s'],
    [59_990, '59.9 s'],
    [125_000, '2 m 05 s'],
    [11_520_000, '3 h 12 m'],
  ])('%d ms is %s', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });

  it('count to now while the end is open, and are null before the start', () => {
    expect(elapsed(before(1_500), null, NOW)).toBe(1_500);
    expect(elapsed(before(1_500), before(500), NOW)).toBe(1_000);
    expect(elapsed(null, null, NOW)).toBeNull();
  });
});

it('tells neighbours apart by the end of their ids', () => {
  expect(shortId('0199d3a0-7b1c-7000-8000-00000000abcd')).toBe('0000abcd');
});
