import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { tell } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { ROW_GRID, ROW_OPENER } from '@/ui/list';
import { Switch } from '@/ui/switch';
import { TimeAgo } from '@/ui/time-ago';
import { type Schedule, useSwitch } from '../api';
import { stateOf } from '../state';
import { ScheduleDetail, TONES } from './schedule-detail';
import { ZonedTime } from './zoned-time';

/** On or off. It moves at once, and back where the server refuses; a workflow that is off lets nothing fire. */
function OnOff({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const mayUpdate = useMay('workflow.update');
  const { mutate, wished } = useSwitch(schedule.id);
  const state = stateOf(schedule);
  const isPaused = wished ?? schedule.is_paused;
  const { name } = schedule;
  const hint = mayUpdate ? t(`${state}_hint`) : t('no_permission');
  return (
    <Switch
      label={t('switch', { name })}
      isOn={state !== 'inactive' && !isPaused}
      isDisabled={!mayUpdate || state === 'inactive'}
      hint={hint}
      onToggle={(isOn) =>
        mutate(!isOn, {
          onSuccess: () => tell.done(t(isOn ? 'on_done' : 'off_done', { name })),
          onError: tell.failed,
        })
      }
    />
  );
}

function Next({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const state = stateOf(schedule);
  if (schedule.next_at === null) {
    return <span className="text-fg-3">{state === 'on' ? t('no_next') : t(`state.${state}`)}</span>;
  }
  return (
    <span className="flex min-w-0 flex-col">
      <TimeAgo at={schedule.next_at} />
      <ZonedTime
        at={schedule.next_at}
        zone={schedule.timezone}
        className="truncate text-fg-3 text-xs max-lg:hidden"
      />
    </span>
  );
}

function Last({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const { last } = schedule;
  if (last === null) return <span className="text-fg-3">{t('never')}</span>;
  return (
    <span className="flex items-center gap-2" title={last.reason || undefined}>
      <Badge tone={TONES[last.status]}>{t(`firing.${last.status}`)}</Badge>
      <TimeAgo at={last.fire_at} className="text-fg-2 text-xs" />
    </span>
  );
}

interface ScheduleRowProps {
  schedule: Schedule;
  isOpen: boolean;
  onToggle: () => void;
  onEdit: () => void;
}

/** One schedule: its words, when it fires next, what came of its last time; its name opens its times below it. */
export function ScheduleRow(props: ScheduleRowProps) {
  const { schedule, isOpen, onToggle, onEdit } = props;
  const { workflow_name: workflow } = schedule;
  const { t } = useTranslation('schedules');
  return (
    <li className={cn('border-line border-b last:border-b-0 lg:grid', ROW_GRID)}>
      <div
        className={cn(
          'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-hover lg:gap-x-6',
          ROW_GRID,
        )}
      >
        <span className="flex min-w-0 items-start gap-1.5">
          <ChevronRight
            className={cn('mt-0.5 size-4 shrink-0 text-fg-3', isOpen && 'rotate-90')}
            aria-hidden
          />
          <span className="min-w-0">
            <button
              type="button"
              data-row={schedule.id}
              aria-expanded={isOpen}
              aria-label={t('open', { name: schedule.name })}
              onClick={onToggle}
              className={cn('block max-w-full truncate text-left font-medium', ROW_OPENER)}
            >
              {schedule.name}
            </button>
            <span className="block truncate text-fg-3 text-xs" title={schedule.cron}>
              {schedule.description} · {schedule.timezone}
            </span>
          </span>
        </span>
        <span className="relative z-1 flex justify-end lg:order-last">
          <OnOff schedule={schedule} />
        </span>
        <span className="min-w-0 truncate text-fg-2 max-lg:hidden" title={workflow}>
          {workflow}
        </span>
        <span className="min-w-0 text-fg-2 max-lg:pl-5.5 max-lg:text-xs">
          <Next schedule={schedule} />
        </span>
        <span className="max-lg:justify-self-end">
          <Last schedule={schedule} />
        </span>
      </div>
      {isOpen && (
        <div className="bg-bg px-4 pb-3 lg:col-span-full lg:pl-9.5">
          <ScheduleDetail schedule={schedule} onEdit={onEdit} />
        </div>
      )}
    </li>
  );
}
