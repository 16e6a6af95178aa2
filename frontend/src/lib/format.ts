const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** "3 minutes ago", "in 2 hours"; beyond a week the date, because "41 days ago" answers no question. */
export function relative(iso: string, now: number, locale: string): string {
  const at = Date.parse(iso);
  const away = at - now;
  if (Math.abs(away) > 7 * 86_400_000) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  }
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of UNITS) {
    if (Math.abs(away) >= size) return format.format(Math.trunc(away / size), unit);
  }
  return format.format(0, 'second');
}

/** Date and time to the second, with the zone's short name. */
export function absolute(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'long',
  }).format(Date.parse(iso));
}

/** "9:41 AM": when, for people, today. */
export function clockTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(Date.parse(iso));
}

/** "09:41:05.120": when, within a day that is known. */
export function timeOfDay(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(Date.parse(iso));
}

/** Milliseconds for people: "<1 ms", "4 ms", "1.8 s", "2 m 05 s", "3 h 12 m". */
export function duration(ms: number): string {
  if (ms < 0.5) return '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** Bytes for people, in thousands: "0 B", "999 B", "1.0 kB", "5.9 MB". */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const isMany = bytes >= 999_950;
  return `${(bytes / (isMany ? 1_000_000 : 1_000)).toFixed(1)} ${isMany ? 'MB' : 'kB'}`;
}

/** Milliseconds between two instants; an open end counts to `now`; null where it never began. */
export function elapsed(start: string | null, end: string | null, now: number): number | null {
  if (start === null) return null;
  return Math.max(0, (end === null ? now : Date.parse(end)) - Date.parse(start));
}

/** The last eight characters: those of a UUIDv7 that differ between neighbours. */
export const shortId = (id: string): string => id.slice(-8);
