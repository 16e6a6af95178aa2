import { CalendarClock, SearchX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Gate } from '@/features/accounts/facade';
import { useWorkflowName } from '@/features/workflows/facade';
import { useFilter, useParam, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { buttonClass } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { FilterMenu } from '@/ui/filter-menu';
import { ListBody, ListCard, ListRows } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { type Schedule, useSchedules } from '../api';
import { isState, STATES, stateOf } from '../state';
import { ScheduleRow } from './schedule-row';

const ScheduleDialog = lazy(() => import('./schedule-dialog'));

interface RowsProps {
  schedules: readonly Schedule[];
  nameOf: (workflowId: string) => string;
  onEdit: (schedule: Schedule) => void;
}

function Rows({ schedules, nameOf, onEdit }: RowsProps) {
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
          workflow={nameOf(schedule.workflow_id)}
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
  const nameOf = useWorkflowName();
  const { query, setQuery, field } = useFilter();
  const [param, setState] = useParam('state');
  const [editing, setEditing] = useState<Schedule | null>(null);
  useTitle(t('title'));
  const state = isState(param) ? param : null;
  const wanted = query.toLowerCase();
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all
    ?.filter((one) => state === null || stateOf(one) === state)
    .filter((one) =>
      `${one.name} ${one.description} ${one.cron} ${nameOf(one.workflow_id)}`
        .toLowerCase()
        .includes(wanted),
    );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <FilterMenu
          label={t('state.label')}
          any={t('state.any')}
          value={state}
          options={STATES.map((one) => ({ value: one, label: t(`state.${one}`) }))}
          onChoose={setState}
        />
      </PageHeader>
      <ListBody>
        <Gate permission="workflow.read">
          <ListCard
            list={list}
            all={all}
            shown={shown}
            empty={
              <Notice icon={CalendarClock} title={t('empty_title')} text={t('empty')}>
                <Link to="/workflows" className={buttonClass({ look: 'primary' })}>
                  {t('empty_action')}
                </Link>
              </Notice>
            }
            unmatched={
              <Notice icon={SearchX} title={t('filter_empty')}>
                <Link to="/schedules" className={buttonClass()}>
                  {t('clear')}
                </Link>
              </Notice>
            }
          >
            {(schedules) => <Rows schedules={schedules} nameOf={nameOf} onEdit={setEditing} />}
          </ListCard>
        </Gate>
      </ListBody>
      <Suspense>
        {editing !== null && <ScheduleDialog schedule={editing} onClose={() => setEditing(null)} />}
      </Suspense>
    </div>
  );
}
