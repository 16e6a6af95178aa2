import { ArrowUp, Download, Inbox, RotateCw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useParam, useRowKeys } from '@/lib/list';
import { type Selection, useChoiceKeys, useSelection } from '@/lib/selection';
import { Button, buttonClass } from '@/ui/button';
import { Choice } from '@/ui/choice';
import { ChosenBar } from '@/ui/chosen-bar';
import { FilterMenu } from '@/ui/filter-menu';
import { ListCard, ListRows } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { exportHref, isStatus, STATUSES, useEvents, type WebhookEvent } from '../events';
import { EventRow } from './event-row';

const ReplayDialog = lazy(() => import('./replay-dialog'));

interface RowsProps {
  rows: readonly WebhookEvent[];
  selection: Selection<WebhookEvent> | undefined;
  onOpen: (id: string) => void;
}

function Rows({ rows, selection, onOpen }: RowsProps) {
  const { t } = useTranslation('webhooks');
  const current = useRowKeys();
  useChoiceKeys(rows.find(({ id }) => id === current)?.id, selection);
  return (
    <ListRows
      label={t('events.title')}
      columns="lg:grid-cols-[auto_auto_auto_minmax(0,1fr)_auto_auto]"
      heads={[
        '',
        t('events.column_status'),
        t('events.column_at'),
        t('events.column_key'),
        t('events.column_size'),
        t('events.column_execution'),
      ]}
    >
      {rows.map((event) => (
        <EventRow
          key={event.id}
          event={event}
          isChosen={selection?.has(event.id) === true}
          onChoose={selection && ((isRange) => selection.toggle(event.id, isRange))}
          onOpen={() => onOpen(event.id)}
        />
      ))}
    </ListRows>
  );
}

interface EventListProps {
  webhookId: string;
  onOpen: (eventId: string) => void;
}

/** The history of a webhook, newest first. What is newer than it shows waits in a pill: no row moves under the pointer. */
export function EventList({ webhookId, onOpen }: EventListProps) {
  const { t } = useTranslation('webhooks');
  const [param, setStatus] = useParam('status');
  const status = isStatus(param) ? param : null;
  const { list, rows, fresh, bringIn } = useEvents(webhookId, status);
  const selection = useSelection(rows ?? [], list.isSuccess);
  const mayReplay = useMay('workflow.execute');
  const [replayed, setReplayed] = useState<readonly WebhookEvent[] | null>(null);
  const isChoosing = selection.chosen.length > 0;
  return (
    <section aria-label={t('events.title')} className="min-w-0">
      <header className="mb-2 flex min-h-8 flex-wrap items-center gap-2">
        {mayReplay && rows !== undefined && rows.length > 0 && (
          <span className="pl-4">
            <Choice
              label={t('events.choose_all')}
              isOn={selection.isAll}
              isPartly={isChoosing && !selection.isAll}
              onChange={selection.toggleAll}
            />
          </span>
        )}
        {isChoosing ? (
          <ChosenBar selection={selection} shown={rows?.length ?? 0}>
            <Button size="sm" onClick={() => setReplayed(selection.chosen)}>
              <RotateCw aria-hidden />
              {t('event.replay')}
            </Button>
          </ChosenBar>
        ) : (
          <>
            <h2 className="font-semibold">{t('events.title')}</h2>
            <FilterMenu
              label={t('events.status')}
              any={t('events.any')}
              value={status}
              options={STATUSES.map((one) => ({ value: one, label: t(`events.${one}`) }))}
              onChoose={setStatus}
            />
          </>
        )}
        {fresh > 0 && (
          <Button
            look="primary"
            size="sm"
            aria-label={t('events.fresh_label', { count: fresh })}
            onClick={() => void bringIn()}
          >
            <ArrowUp aria-hidden />
            {t('events.fresh', { count: fresh })}
          </Button>
        )}
        <a
          href={exportHref(webhookId, status)}
          download
          className={`${buttonClass({ look: 'quiet', size: 'sm' })} ml-auto`}
        >
          <Download aria-hidden />
          {t('events.export')}
        </a>
      </header>
      <ListCard
        list={list}
        all={rows}
        empty={
          status === null ? (
            <Notice icon={Inbox} title={t('events.empty_title')} text={t('events.empty')} />
          ) : (
            <Notice icon={Inbox} title={t('events.none_of')}>
              <Button onClick={() => setStatus(null)}>{t('clear')}</Button>
            </Notice>
          )
        }
      >
        {(shown) => (
          <Rows rows={shown} selection={mayReplay ? selection : undefined} onOpen={onOpen} />
        )}
      </ListCard>
      <Suspense>
        {replayed !== null && (
          <ReplayDialog
            events={replayed}
            onClose={() => {
              setReplayed(null);
              selection.clear();
            }}
          />
        )}
      </Suspense>
    </section>
  );
}
