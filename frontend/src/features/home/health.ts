import type { SchemaHealthOut } from '@/generated/api';

/** Of those that are over, how many were completed; null while none is. */
export function successRate({ days }: Pick<SchemaHealthOut, 'days'>): number | null {
  const sum = (name: 'completed' | 'failed'): number =>
    days.reduce((total, day) => total + day[name], 0);
  const over = sum('completed') + sum('failed');
  return over === 0 ? null : sum('completed') / over;
}

/** A round number that no bar exceeds. */
export function ceiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** Which part of the day it is, for a greeting. */
export function dayPart(hour: number): 'morning' | 'afternoon' | 'evening' {
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}
