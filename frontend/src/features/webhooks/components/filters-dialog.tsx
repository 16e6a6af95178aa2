import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Match, matchOf, pathsIn, readFilters, writeFilters } from '@/engine/filters';
import { DraftDialog, DraftForm, type DraftNode } from '@/features/workflows/facade';
import { ApiError } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { Refused } from '@/ui/form-error';
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

/** Whether a row says which field it is about. */
const isNamed = ({ path }: KeyedRow): boolean => !/(?:^\s*|\.)$/.test(path);

/** Where a refusal speaks of one row. */
const placeOf = (index: number): string => `filters/${index}`;

const saysRow = (error: Error | null): error is ApiError =>
  error instanceof ApiError && error.field('filters') !== undefined;

function Form({ webhook, node }: { webhook: Webhook; node: DraftNode }) {
  const { t } = useTranslation('webhooks');
  const { config } = node;
  const read = readFilters(config.filters);
  const [rows, setRows] = useState<readonly KeyedRow[]>(() => (read ?? []).map(keyed));
  const [match, setMatch] = useState<Match>(() => matchOf(read ?? []));
  const latest = useLatestEvent(webhook.id).data;
  const filters = writeFilters(rows);
  // A row whose field is still being written is no fault yet: it is judged once it names one.
  const named = rows.filter(isNamed);
  const settled = useSettled(JSON.stringify(writeFilters(named)));
  const condition = typeof config.condition === 'string' ? config.condition : '';
  const judged = useJudged(webhook.id, JSON.parse(settled) as unknown[], condition);
  const faultOf = (index: number): string | undefined => {
    const place = named.findIndex(({ key }) => key === rows[index]?.key);
    return saysRow(judged.error) && place !== -1 ? judged.error.field(placeOf(place)) : undefined;
  };
  const hasFault = rows.some((_, index) => faultOf(index) !== undefined);
  const why = (): string | undefined => {
    if (read === null) return t('filters.raw');
    if (named.length < rows.length) return t('filters.unnamed');
    return hasFault ? t('filters.faulty') : undefined;
  };
  return (
    <DraftForm
      node={node}
      change={{ filters: filters.length === 0 ? undefined : filters }}
      why={why()}
      saved={t('filters.saved')}
    >
      {read === null ? (
        <p className="text-fg-2">{t('filters.raw')}</p>
      ) : (
        <>
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
          <Refused error={saysRow(judged.error) ? null : judged.error} />
          {(judged.error === null || judged.data !== undefined) && (
            <JudgedEvents
              judged={judged.data}
              isStale={judged.isPlaceholderData || judged.error !== null}
            />
          )}
        </>
      )}
    </DraftForm>
  );
}

interface FiltersDialogProps {
  webhook: Webhook;
  onClose: () => void;
}

/** Edits the filters of the draft's trigger; what they would let pass is judged by the server as they are typed. */
export default function FiltersDialog({ webhook, onClose }: FiltersDialogProps) {
  const { t } = useTranslation('webhooks');
  return (
    <DraftDialog
      workflowId={webhook.workflow_id}
      nodeId={webhook.node_id}
      title={t('filters.dialog_title', { name: webhook.name })}
      description={t('filters.dialog_text')}
      onClose={onClose}
    >
      {(node) => <Form webhook={webhook} node={node} />}
    </DraftDialog>
  );
}
