import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/canvas/status-badge';
import type { SchemaStepListed } from '@/generated/api';
import type { Execution, Step as WholeStep } from '../types';
import { useWholeStep } from './api';
import { Detail, type Step } from './detail';
import { type Row, type Side, settingsOf } from './rows';
import { type Pair, useSections } from './sections';

const given = (value: unknown): unknown => value ?? undefined;

interface WholeProps {
  before: Execution;
  after: Execution;
  isFromBelow: boolean;
  onRow: Step;
}

/** What both executions began with, and how they ended. */
export function WholeDetail({ before, after, isFromBelow, onRow }: WholeProps) {
  const { t } = useTranslation('compare');
  const pairs = useMemo(
    (): Pair[] => [
      { part: 'trigger', before: given(before.trigger), after: given(after.trigger) },
      { part: 'output', before: given(before.output), after: given(after.output) },
      { part: 'error', before: given(before.error), after: given(after.error) },
    ],
    [before, after],
  );
  return (
    <Detail
      title={<h2 className="font-semibold">{t('whole')}</h2>}
      note={null}
      ids={[before.id, after.id]}
      sections={useSections(pairs)}
      error={null}
      onRetry={() => undefined}
      isFromBelow={isFromBelow}
      onRow={onRow}
    />
  );
}

const NO_PAIRS: readonly Pair[] = [];

function pairsOf(one: WholeStep | undefined, other: WholeStep | undefined): Pair[] {
  return (['output', 'error', 'input', 'item'] as const).map((part) => ({
    part,
    before: given(one?.[part]),
    after: given(other?.[part]),
  }));
}

interface RowDetailProps {
  row: Row;
  before: { id: string; side: Side };
  after: { id: string; side: Side };
  isFromBelow: boolean;
  onRow: Step;
}

function Sides({ row }: { row: Row }) {
  const { t } = useTranslation('compare');
  const one = (step: SchemaStepListed | null) =>
    step === null ? <span className="text-fg-3">–</span> : <StatusBadge status={step.status} />;
  return (
    <span className="flex items-center gap-1.5">
      {one(row.before)}
      <span className="text-fg-3" aria-hidden>
        →
      </span>
      <span className="sr-only">{t('then')}</span>
      {one(row.after)}
    </span>
  );
}

/** What one node was given and gave in both executions. */
export function RowDetail({ row, before, after, isFromBelow, onRow }: RowDetailProps) {
  const { t } = useTranslation(['compare', 'executions']);
  const one = useWholeStep(before.id, row.before);
  const other = useWholeStep(after.id, row.after);
  const isHere =
    (row.before === null || one.data !== undefined) &&
    (row.after === null || other.data !== undefined);
  const isKnown = !before.side.isOther && !after.side.isOther;
  const settings = useMemo((): Pair[] => {
    if (!isKnown) return [];
    const [was, is] = [before.side.definition, after.side.definition];
    return [
      { part: 'config', before: settingsOf(was, row.nodeId), after: settingsOf(is, row.nodeId) },
    ];
  }, [before.side.definition, after.side.definition, isKnown, row.nodeId]);
  const pairs = useMemo(
    () => (isHere ? [...pairsOf(one.data, other.data), ...settings] : NO_PAIRS),
    [isHere, one.data, other.data, settings],
  );
  const sections = useSections(pairs);
  const error = row.before !== null && one.error !== null ? one.error : other.error;
  const notes = [
    row.only !== null && t(`only_${row.only}`),
    row.only === null && row.before === null && row.after === null && t('neither'),
    row.only === null &&
      row.differs.includes('presence') &&
      t(row.before === null ? 'not_before' : 'not_after'),
  ];
  return (
    <Detail
      title={
        <>
          <h2 className="min-w-0 truncate font-semibold">{row.name}</h2>
          {row.pass !== '' && (
            <span className="text-fg-3 text-xs">
              {t('executions:page.scope', { pass: row.pass })}
            </span>
          )}
          <Sides row={row} />
        </>
      }
      note={notes.find((note) => note !== false) ?? null}
      ids={[before.id, after.id]}
      sections={isHere ? sections : undefined}
      error={error}
      onRetry={() => {
        if (row.before !== null) void one.refetch();
        if (row.after !== null) void other.refetch();
      }}
      isFromBelow={isFromBelow}
      onRow={onRow}
    />
  );
}
