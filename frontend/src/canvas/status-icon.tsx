import {
  Ban,
  Check,
  CircleAlert,
  CircleDashed,
  CircleHelp,
  Clock3,
  LoaderCircle,
  type LucideIcon,
  Pause,
  SkipForward,
} from 'lucide-react';
import { cn } from '@/lib/cn';
import type { Tone } from '@/ui/badge';

const LOOKS: Readonly<Record<string, { icon: LucideIcon; tone: Tone; spins?: true }>> = {
  queued: { icon: CircleDashed, tone: 'neutral' },
  running: { icon: LoaderCircle, tone: 'run', spins: true },
  waiting: { icon: Clock3, tone: 'warn' },
  paused: { icon: Pause, tone: 'warn' },
  cancelling: { icon: LoaderCircle, tone: 'warn', spins: true },
  completed: { icon: Check, tone: 'ok' },
  failed: { icon: CircleAlert, tone: 'bad' },
  timed_out: { icon: CircleAlert, tone: 'bad' },
  cancelled: { icon: Ban, tone: 'neutral' },
  skipped: { icon: SkipForward, tone: 'neutral' },
  unknown: { icon: CircleHelp, tone: 'warn' },
};

const COLOURS: Record<Tone, string> = {
  neutral: 'text-fg-3',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  run: 'text-run',
  accent: 'text-accent',
};

export const toneOf = (status: string): Tone => LOOKS[status]?.tone ?? 'neutral';

/** A status as a shape and a colour; its name must stand beside it or in the label around it. */
export function StatusIcon({ status, className }: { status: string; className?: string }) {
  const look = LOOKS[status];
  if (look === undefined) return null;
  const Icon = look.icon;
  return (
    <Icon
      aria-hidden
      className={cn(
        'size-3.5 shrink-0',
        COLOURS[look.tone],
        look.spins === true && 'spin',
        className,
      )}
    />
  );
}
