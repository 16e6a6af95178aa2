import { describe, expect, it } from 'vitest';
import { isZone, offsetAt, shiftsIn, zones } from './zones';

describe('time zones', () => {
  it('tell how far their clocks are from UTC', () => {
    expect(offsetAt('2026-01-15T12:00:00Z', 'Europe/Berlin')).toBe('+01:00');
    expect(offsetAt('2026-07-15T12:00:00Z', 'Europe/Berlin')).toBe('+02:00');
    expect(offsetAt('2026-07-15T12:00:00Z', 'America/St_Johns')).toBe('-02:30');
    expect(offsetAt('2026-07-15T12:00:00Z', 'UTC')).toBe('+00:00');
  });

  it('tell at which time the clocks have been changed', () => {
    const times = ['2026-03-28T08:00:00Z', '2026-03-29T07:00:00Z', '2026-03-30T07:00:00Z'];
    const now = Date.parse('2026-03-27T12:00:00Z');

    expect(shiftsIn(times, 'Europe/Berlin', now)).toEqual([
      null,
      { from: '+01:00', to: '+02:00' },
      null,
    ]);
    expect(shiftsIn(times, 'UTC', now)).toEqual([null, null, null]);
    expect(shiftsIn(times.slice(1, 2), 'Europe/Berlin', now)).toEqual([
      { from: '+01:00', to: '+02:00' },
    ]);
  });

  it('are known by name', () => {
    expect(isZone('Europe/Berlin')).toBe(true);
    expect(isZone('Mars/Phobos')).toBe(false);
    expect(zones()[0]).toBe('UTC');
    expect(zones()).toContain('Europe/Berlin');
  });
});
