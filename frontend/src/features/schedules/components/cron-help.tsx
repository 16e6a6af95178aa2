import { ScheduleMeaning } from './schedule-meaning';
import { ScheduleWords } from './schedule-words';

interface CronHelpProps {
  cron: string;
  timezone: string;
  isReadOnly: boolean;
  onChange: (cron: string) => void;
}

/** What stands below a field for cron: the same in plain language, and when it fires next. */
export default function CronHelp({ cron, timezone, isReadOnly, onChange }: CronHelpProps) {
  return (
    <div className="mt-3 flex flex-col gap-3">
      {!isReadOnly && <ScheduleWords cron={cron} onChange={onChange} />}
      <ScheduleMeaning cron={cron} timezone={timezone} />
    </div>
  );
}
