import { Pause, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { duration } from '@/lib/format';
import { Button } from '@/ui/button';
import type { Moment } from '../moment';

const STEPS = 1_000;

/** Goes through the time of a finished execution: the graph shows how it stood then. */
export function Scrubber({ moment }: { moment: Moment }) {
  const { t } = useTranslation('executions');
  const { at, length, isPlaying, go, play, stop } = moment;
  if (length === null) return null;
  const now = at ?? length;
  const said = t('scrub.at', { at: duration(now), length: duration(length) });
  return (
    <div className="absolute right-3 bottom-14 left-3 z-10 mx-auto flex h-9 max-w-md items-center gap-2 rounded-lg border border-line bg-raised px-1.5 shadow-1 md:bottom-3">
      <Button
        size="icon-sm"
        look="quiet"
        aria-label={t(isPlaying ? 'scrub.pause' : 'scrub.play')}
        onClick={isPlaying ? stop : play}
      >
        {isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
      </Button>
      <input
        type="range"
        aria-label={t('scrub.label')}
        aria-valuetext={said}
        min={0}
        max={STEPS}
        value={Math.round((now / length) * STEPS)}
        onChange={(event) => go((Number(event.target.value) / STEPS) * length)}
        className="h-6 min-w-0 flex-1 accent-accent"
      />
      <span className="min-w-28 pr-1.5 text-right text-fg-2 text-xs tabular-nums" aria-hidden>
        {said}
      </span>
    </div>
  );
}
