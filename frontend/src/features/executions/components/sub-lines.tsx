import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { readDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { passName } from '@/engine/passes';
import { type Axis, barOf } from '@/engine/timeline';
import { useGraphSource, useWorkflowName } from '@/features/workflows/facade';
import type { SchemaStepListed } from '@/generated/api';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { shortId } from '@/lib/format';
import { Button } from '@/ui/button';
import { Skeleton } from '@/ui/skeleton';
import { useCalled, useOutline } from '../compare/api';
import { inOrder } from '../node-states';
import { spanOf, stepKey } from '../spans';
import type { ExecutionSummary } from '../types';
import { StepLine } from './step-line';

const CALLER = 'control:sub_workflow';

/** A step of an execution that was called. */
export interface CalledStep {
  executionId: string;
  step: SchemaStepListed;
  name: string;
  pass: string;
}

interface Shared {
  axis: Axis | null;
  depth: number;
  selected: CalledStep | null;
  onSelect: (called: CalledStep) => void;
}

const Wait = () => (
  <div aria-busy className="flex flex-col gap-3 px-8 py-2">
    <Skeleton className="w-48" />
    <Skeleton className="w-56" />
  </div>
);

function Line({ called, shared }: { called: CalledStep; shared: Shared }) {
  const { t } = useTranslation('executions');
  const [isOpen, setOpen] = useState(false);
  const now = useNow();
  const { executionId, step, name, pass } = called;
  const { axis, depth, selected, onSelect } = shared;
  const span = spanOf(step);
  const isSelected =
    selected?.executionId === executionId && stepKey(selected.step) === stepKey(step);
  return (
    <li>
      <StepLine
        name={name}
        pass={pass}
        type={step.node_type}
        step={step}
        bar={span === null || axis === null ? null : barOf(span, axis, now)}
        isSelected={isSelected}
        onSelect={() => onSelect(called)}
        depth={depth}
        toggle={
          step.node_type === CALLER && step.started_at !== null
            ? { isOpen, label: t('called.open', { name }), onToggle: () => setOpen(!isOpen) }
            : undefined
        }
      />
      {isOpen && (
        <SubLines
          executionId={executionId}
          step={step}
          axis={axis}
          depth={depth + 1}
          selected={selected}
          onSelect={onSelect}
        />
      )}
    </li>
  );
}

function StepsOf({ child, shared }: { child: ExecutionSummary; shared: Shared }) {
  const { t } = useTranslation(['executions', 'common']);
  const source = useGraphSource(child.workflow_id, child.version_id);
  const outline = useOutline(child.id, child.status);
  const document = useMemo(() => readDocument(source.definition), [source.definition]);
  const steps = outline.data?.rows;
  const rows = useMemo(
    () => (steps === undefined ? [] : inOrder(steps, topologicalOrder(document))),
    [steps, document],
  );
  if (outline.error !== null)
    return (
      <p className="flex items-center gap-2 px-8 py-1 text-bad text-xs">
        {t('called.failed')}
        <Button size="sm" onClick={() => void outline.refetch()}>
          {t('common:retry')}
        </Button>
      </p>
    );
  if (steps === undefined || source.isPending) return <Wait />;
  const names = new Map(document.nodes.map(({ id, name }) => [id, name]));
  return (
    <ol>
      {rows.map((step) => (
        <Line
          key={stepKey(step)}
          shared={shared}
          called={{
            executionId: child.id,
            step,
            name: names.get(step.node_id) ?? step.node_id,
            pass: passName(document, step.scope),
          }}
        />
      ))}
      {outline.hasNextPage && (
        <li className="px-8 py-1">
          <Button
            size="sm"
            isBusy={outline.isFetchingNextPage}
            onClick={() => void outline.fetchNextPage()}
          >
            {t('common:list.more')}
          </Button>
        </li>
      )}
    </ol>
  );
}

interface ChildProps {
  child: ExecutionSummary;
  /** It is the only one, so its steps are shown at once. */
  isAlone: boolean;
  shared: Shared;
}

function Child({ child, isAlone, shared }: ChildProps) {
  const { t } = useTranslation('executions');
  const nameOf = useWorkflowName();
  const [isOpen, setOpen] = useState(isAlone);
  return (
    <li>
      <div className="flex items-center gap-2 pr-4 pl-8">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-7 min-w-0 items-center gap-1.5 rounded-sm text-fg-2 text-xs hover:text-fg"
        >
          <ChevronRight
            className={cn('size-3.5 shrink-0 text-fg-3', isOpen && 'rotate-90')}
            aria-hidden
          />
          <span className="min-w-0 truncate">{nameOf(child.workflow_id)}</span>
          <StatusBadge status={child.status} hadErrors={child.had_errors} />
        </button>
        <Link
          to={`/executions/${child.id}`}
          className="ml-auto inline-flex min-h-6 shrink-0 items-center font-mono text-accent text-xs hover:underline"
          aria-label={t('called.go', { id: shortId(child.id) })}
        >
          {shortId(child.id)}
        </Link>
      </div>
      {isOpen && <StepsOf child={child} shared={shared} />}
    </li>
  );
}

interface SubLinesProps extends Shared {
  executionId: string;
  step: Pick<SchemaStepListed, 'node_id' | 'scope'>;
}

/** What a step has called, and what that did, on the same axis of time; read when it is opened. */
export default function SubLines({ executionId, step, ...shared }: SubLinesProps) {
  const { t } = useTranslation(['executions', 'common']);
  const called = useCalled(executionId, step);
  if (called.error !== null)
    return (
      <p className="flex items-center gap-2 px-8 py-1 text-bad text-xs">
        {t('called.failed')}
        <Button size="sm" onClick={() => void called.refetch()}>
          {t('common:retry')}
        </Button>
      </p>
    );
  if (called.data === undefined) return <Wait />;
  const children = called.data.pages.flatMap(({ results }) => results);
  if (children.length === 0)
    return <p className="px-8 py-1 text-fg-3 text-xs">{t('called.none')}</p>;
  return (
    <ol className="border-line border-b bg-sunken/50 py-0.5">
      {children.map((child) => (
        <Child key={child.id} child={child} isAlone={children.length === 1} shared={shared} />
      ))}
      {called.hasNextPage && (
        <li className="px-8 py-1">
          <Button
            size="sm"
            isBusy={called.isFetchingNextPage}
            onClick={() => void called.fetchNextPage()}
          >
            {t('common:list.more')}
          </Button>
        </li>
      )}
    </ol>
  );
}
