import { CalendarClock } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TriggerPage } from '@/features/workflows/facade';
import { useParam, useRowKeys } from '@/lib/list';
import { FilterMenu } from '@/ui/filter-menu';
import { ListRows } from '@/ui/list';
import { type Schedule, useSchedules } from '../api';
import { isState, STATES, stateOf } from '../state';
import { ScheduleRow } from './schedule-row';

const ScheduleDialog = lazy(() => import('./schedule-dialog'));

interface RowsProps {
  schedules: readonly Schedule[];
  onEdit: (schedule: Schedule) => void;
}

function Rows({ schedules, onEdit }: RowsProps) {
  const { t } = useTranslation('schedules');
  const [openId, setOpenId] = useParam('open');
  useRowKeys();
  return (
    <ListRows
      label={t('title')}
      columns="lg:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)_minmax(0,auto)_auto_auto]"
      heads={[
        t('column.schedule'),
        t('column.workflow'),
        t('column.next'),
        t('column.last'),
        t('column.on'),
      ]}
    >
      {schedules.map((schedule) => (
        <ScheduleRow
          key={schedule.id}
          schedule={schedule}
          isOpen={schedule.id === openId}
          onToggle={() => setOpenId(schedule.id === openId ? null : schedule.id)}
          onEdit={() => onEdit(schedule)}
        />
      ))}
    </ListRows>
  );
}

/** Every schedule of a live version: when it fires next, what came of its last time, and whether it is on. */
export default function SchedulesPage() {
  const { t } = useTranslation('schedules');
  const list = useSchedules();
  const [param, setState] = useParam('state');
  const [editing, setEditing] = useState<Schedule | null>(null);
  const state = isState(param) ? param : null;
  return (
    <>
      <TriggerPage
        path="/schedules"
        permission="workflow.read"
        icon={CalendarClock}
        words={{
          title: t('title'),
          filter: t('filter'),
          filter_empty: t('filter_empty'),
          empty_title: t('empty_title'),
          empty: t('empty'),
        }}
        list={list}
        fits={(one) => state === null || stateOf(one) === state}
        textOf={(one) => `${one.name} ${one.description} ${one.cron} ${one.workflow_name}`}
        filters={
          <FilterMenu
            label={t('state.label')}
            any={t('state.any')}
            value={state}
            options={STATES.map((one) => ({ value: one, label: t(`state.${one}`) }))}
            onChoose={setState}
          />
        }
      >
        {(schedules) => <Rows schedules={schedules} onEdit={setEditing} />}
      </TriggerPage>
      <Suspense>
        {editing !== null && <ScheduleDialog schedule={editing} onClose={() => setEditing(null)} />}
      </Suspense>
    </>
  );
}
