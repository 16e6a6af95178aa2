import { useNow } from '@/lib/clock';
import { duration, elapsed } from '@/lib/format';

interface Timed {
  started_at: string | null;
  ended_at: string | null;
}

function Running({ timed }: { timed: Timed }) {
  const now = useNow();
  return <>{duration(elapsed(timed.started_at, null, now) ?? 0)}</>;
}

/** How long it took, or has taken so far; only what still runs looks at the clock. */
export function DurationOf({ timed }: { timed: Timed }) {
  if (timed.started_at === null) return <>–</>;
  if (timed.ended_at === null) return <Running timed={timed} />;
  return <>{duration(elapsed(timed.started_at, timed.ended_at, 0) ?? 0)}</>;
}
