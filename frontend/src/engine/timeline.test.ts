import { describe, expect, it } from 'vitest';
import { axisOf, barOf, lanesOf, roomOf } from './timeline';

describe('the time axis', () => {
  it('reaches from the first start to the last end', () => {
    const spans = [
      { start: 100, end: 150 },
      { start: 120, end: 400 },
    ];

    expect(axisOf(spans, 9_999)).toEqual({ start: 100, end: 400 });
  });

  it('reaches to now while something runs', () => {
    expect(axisOf([{ start: 100, end: null }], 900)).toEqual({ start: 100, end: 900 });
  });

  it('does not exist where nothing has begun, and is never without length', () => {
    expect(axisOf([], 900)).toBeNull();
    expect(axisOf([{ start: 100, end: 100 }], 900)).toEqual({ start: 100, end: 101 });
  });
});

describe('a bar', () => {
  const axis = { start: 0, end: 1_000 };

  it('stands where the span stands', () => {
    expect(barOf({ start: 250, end: 750 }, axis, 0)).toEqual({ left: 25, width: 50 });
  });

  it('is seen although it is short, and never leaves the axis', () => {
    const bar = barOf({ start: 1_000, end: 1_000 }, axis, 0);

    expect(bar.width).toBeGreaterThan(1);
    expect(bar.left + bar.width).toBeCloseTo(100);
  });

  it('grows while its node runs', () => {
    expect(barOf({ start: 500, end: null }, axis, 800).width).toBe(30);
  });
});

describe('lanes', () => {
  const span = (start: number, end: number | null) => ({ start, end });

  it('hold what follows each other, and part what went on at the same time', () => {
    const spans = [span(0, 10), span(10, 40), span(12, 30), span(31, 35), span(40, 50)];

    expect(lanesOf(spans, 0)).toEqual([0, 0, 1, 1, 0]);
  });

  it('do not depend on the order in which spans are told', () => {
    expect(lanesOf([span(20, 30), span(0, 25), span(26, 28)], 0)).toEqual([1, 0, 0]);
  });

  it('end at now where something runs', () => {
    expect(lanesOf([span(0, null), span(5, 6)], 10)).toEqual([0, 1]);
  });

  it('leave room for what is written on a short bar, also at the end of the axis', () => {
    const axis = { start: 0, end: 100 };
    const spans = [span(0, 1), span(2, 3), span(20, 99), span(99, 100)];
    const rooms = spans.map((one) => roomOf(one, axis, 0, 10));

    expect(rooms).toEqual([span(0, 10), span(2, 12), span(20, 99), span(90, 100)]);
    expect(lanesOf(rooms, 0)).toEqual([0, 1, 0, 1]);
  });
});
