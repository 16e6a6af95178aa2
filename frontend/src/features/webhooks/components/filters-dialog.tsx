import { Unlink } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Match, matchOf, pathsIn, readFilters, writeFilters } from '@/engine/filters';
import { DraftMovedError, useChangeDraftConfig, useDraftConfig } from '@/features/workflows/facade';
import { ApiError } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { FormError } from '@/ui/form-error';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import type { Webhook } from '../api';
import { useJudged, useLatestEvent } from '../events';
import {
  FilterAdd,
  FilterBuilder,
  FilterMatch,
  FilterRows,
  type KeyedRow,
  keyed,
} from './filter-builder';
import { JudgedEvents } from './judged-events';

type Config = Readonly<Record<string, unknown>>;

interface FormProps {
  webhook: Webhook;
  /** The node's settings in the draft, as they were when it was opened. */
  config: Config;
  onReload: () => void;
  onClose: () => void;
}

/** Whether a row says which field it is about. */
const isNamed = ({ path }: KeyedRow): boolean => !/(?:^\s*|\.)$/.test(path);

/** The words about one row among the server's refusals. */
const faultIn = (error: Error | null, index: number): string | undefined =>
  error instanceof ApiError
    ? error.errors.find(({ path }) => path.startsWith(`/filters/${index}/`))?.message
    : undefined;

function Form({ webhook, config, onReload, onClose }: FormProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const read = readFilters(config.filters);
  const [rows, setRows] = useState<readonly KeyedRow[]>(() => (read ?? []).map(keyed));
  const [match, setMatch] = useState<Match>(() => matchOf(read ?? []));
  const latest = useLatestEvent(webhook.id).data;
  const save = useChangeDraftConfig(webhook.workflow_id);
  const filters = writeFilters(rows);
  // A row whose field is still being written is no fault yet: it is judged once it names one.
  const named = rows.filter(isNamed);
  const settled = useSettled(JSON.stringify(writeFilters(named)));
  const condition = typeof config.condition === 'string' ? config.condition : '';
  const judged = useJudged(webhook.id, JSON.parse(settled) as unknown[], condition);
  const faultOf = (index: number): string | undefined => {
    const place = named.findIndex(({ key }) => key === rows[index]?.key);
    return place === -1 ? undefined : faultIn(judged.error, place);
  };
  const hasFault = rows.some((_, index) => faultOf(index) !== undefined);
  const hindrance = named.length < rows.length ? t('filters.unnamed') : undefined;
  const moved = save.error instanceof DraftMovedError ? save.error : null;
  const submit = (): void =>
    save.mutate(
      {
        nodeId: webhook.node_id,
        from: config,
        to: { filters: filters.length === 0 ? undefined : filters },
      },
      {
        onSuccess: () => {
          tell.done(t('filters.saved'));
          onClose();
        },
      },
    );
  return (
    <>
      <DialogBody>
        {moved !== null && (
          <FormError>
            {t(moved.isGone ? 'filters.gone' : 'filters.conflict')}{' '}
            {!moved.isGone && (
              <button type="button" className="font-medium underline" onClick={onReload}>
                {t('filters.theirs')}
              </button>
            )}
          </FormError>
        )}
        {moved === null && save.error !== null && <FormError>{save.error.message}</FormError>}
        {read === null ? (
          <p className="text-fg-2">{t('filters.raw')}</p>
        ) : (
          <FilterBuilder
            rows={rows}
            match={match}
            paths={pathsIn(latest?.trigger)}
            faultOf={faultOf}
            onChange={(next, how) => {
              setRows(next);
              setMatch(how);
            }}
          >
            <FilterMatch />
            <FilterRows />
            <FilterAdd />
          </FilterBuilder>
        )}
        {read !== null && (
          <JudgedEvents
            judged={judged.error === null ? judged.data : (judged.data ?? undefined)}
            isStale={judged.isPlaceholderData || judged.error !== null}
          />
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="primary"
          isBusy={save.isPending}
          disabled={read === null || hasFault || hindrance !== undefined}
          title={hindrance}
          onClick={submit}
        >
          {t('filters.save')}
        </Button>
      </DialogActions>
    </>
  );
}

interface FiltersDialogProps {
  webhook: Webhook;
  onClose: () => void;
}

/** Edits the filters of the draft's trigger; what they would let pass is judged by the server as they are typed. */
export default function FiltersDialog({ webhook, onClose }: FiltersDialogProps) {
  const { t } = useTranslation('webhooks');
  const draft = useDraftConfig(webhook.workflow_id, webhook.node_id);
  // What others save meanwhile is not put under somebody's hands: it is told when they save.
  const [opened, setOpened] = useState<Config | null>(null);
  const { config } = draft;
  if (opened === null && config !== undefined) setOpened(config);
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={t('filters.dialog_title', { name: webhook.name })}
      description={t('filters.dialog_text')}
    >
      {opened !== null && (
        <Form
          key={JSON.stringify(opened.filters ?? null)}
          webhook={webhook}
          config={opened}
          onReload={() => setOpened(config ?? null)}
          onClose={onClose}
        />
      )}
      {opened === null && draft.isGone && (
        <Notice icon={Unlink} title={t('filters.gone')}>
          <Button onClick={onClose}>{t('replay.close')}</Button>
        </Notice>
      )}
      {opened === null && !draft.isGone && draft.error === null && (
        <DialogBody>
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </DialogBody>
      )}
      {opened === null && draft.error !== null && (
        <Failure error={draft.error} onRetry={() => void draft.refetch()} />
      )}
    </Dialog>
  );
}
