/** How far a zone's clocks are from UTC at an instant: "+02:00", "+00:00". */
export function offsetAt(instant: number | string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const said = parts.formatToParts(new Date(instant)).find(({ type }) => type === 'timeZoneName');
  const offset = said?.value.replace('GMT', '') ?? '';
  return offset === '' ? '+00:00' : offset;
}

export interface Shift {
  from: string;
  to: string;
}

/** For each time, how the clocks of its zone were changed since the one before, or since `now`; null where they were not. */
export function shiftsIn(times: readonly string[], zone: string, now: number): (Shift | null)[] {
  let from = offsetAt(now, zone);
  return times.map((time) => {
    const to = offsetAt(time, zone);
    const shift = to === from ? null : { from, to };
    from = to;
    return shift;
  });
}

/** Whether the browser knows a zone; the server may know more. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

/** Every zone that people choose from, UTC first. */
export const zones = (): string[] => [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
];
