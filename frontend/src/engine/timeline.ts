export interface Span {
  start: number;
  /** Null while it has not ended. */
  end: number | null;
}

export interface Axis {
  start: number;
  end: number;
}

export interface Bar {
  /** Per cent of the axis. */
  left: number;
  width: number;
}

/** A bar never gets thinner than this, so that a node of one millisecond can be seen beside one of an hour. */
const LEAST_WIDTH = 1.2;

/** From the first start to the last end; an open span reaches to `now`. Null where nothing has begun. */
export function axisOf(spans: readonly Span[], now: number): Axis | null {
  if (spans.length === 0) return null;
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end ?? now));
  return { start, end: Math.max(end, start + 1) };
}

/** Places a span on the axis. A bar that would leave it at the right is moved left instead. */
export function barOf(span: Span, axis: Axis, now: number): Bar {
  const length = axis.end - axis.start;
  const per = (ms: number): number => Math.min(100, Math.max(0, (ms / length) * 100));
  const width = Math.max(LEAST_WIDTH, per((span.end ?? now) - span.start));
  return { left: Math.min(per(span.start - axis.start), 100 - width), width };
}

/** A span with at least so much of the axis to itself, for what is written on it; at the end it begins earlier instead. */
export function roomOf(span: Span, axis: Axis, now: number, least: number): Span {
  const start = Math.min(span.start, axis.end - least);
  return { start, end: Math.max(span.end ?? now, start + least) };
}

/** In which lane each span lies, so that those of one lane follow each other and what went on at once lies in different ones. */
export function lanesOf(spans: readonly Span[], now: number): number[] {
  const order = spans
    .map((_, index) => index)
    .sort((one, other) => {
      return (spans[one]?.start ?? 0) - (spans[other]?.start ?? 0) || one - other;
    });
  const ends: number[] = [];
  const lanes = spans.map(() => 0);
  for (const index of order) {
    const { start, end } = spans[index] ?? { start: 0, end: 0 };
    const free = ends.findIndex((until) => until <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = Math.max(end ?? now, start);
    lanes[index] = lane;
  }
  return lanes;
}
