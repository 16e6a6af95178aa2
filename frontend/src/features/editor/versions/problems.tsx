import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { byNode, isError, type Problem, saidOf } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { Menu, MenuItem, MenuLabel } from '@/ui/menu';
import { useEditor, useEditorActions } from '../provider';

const FRAMES = 30;
/** A menu or a dialog that closes gives the focus back a moment later, so it must have stayed for some frames. */
const STAYED_FRAMES = 5;

/** Puts the focus into the field that a problem is about, once the inspector shows its node. */
function focusField(field: string): void {
  const selector = `[data-field="${CSS.escape(field)}"] :is(input, textarea, select, button, [tabindex])`;
  let left = FRAMES;
  let stayed = 0;
  const look = (): void => {
    const found = document.querySelector<HTMLElement>(selector);
    left -= 1;
    stayed = found !== null && found === document.activeElement ? stayed + 1 : 0;
    if (stayed === 0) found?.focus();
    if (left > 0 && stayed < STAYED_FRAMES) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Leads to what a problem is about: its node becomes the selection, its field has the focus. */
export function useGoThere(): (problem: Problem) => void {
  const actions = useEditorActions();
  return ({ node_id, edge_id, field }) => {
    const id = node_id ?? edge_id;
    if (id !== null) actions.select([id]);
    if (node_id !== null && field !== null) focusField(field);
  };
}

/** What a person calls a node of the draft. */
export function useNodeName(): (id: string) => string {
  const { nodes } = useEditor((state) => state.document);
  return useMemo(() => {
    const names = new Map(nodes.map(({ id, name }) => [id, name]));
    return (id) => names.get(id) ?? id;
  }, [nodes]);
}

function ProblemIcon({ problem, className }: { problem: Problem; className?: string }) {
  const { t } = useTranslation('workflows');
  const isBad = isError(problem);
  const Icon = isBad ? CircleAlert : TriangleAlert;
  return (
    <Icon
      className={cn('mt-0.5 size-4 shrink-0', isBad ? '!text-bad' : '!text-warn', className)}
      aria-label={isBad ? t('problems.error') : t('problems.warning')}
    />
  );
}

/** All problems of the draft by node, errors first; each leads to its place. Nothing where there are none. */
export function ProblemsMenu() {
  const { t } = useTranslation(['versions', 'workflows']);
  const problems = useEditor((state) => state.problems);
  const nameOf = useNodeName();
  const go = useGoThere();
  const errors = problems.filter(isError).length;
  if (problems.length === 0) {
    return (
      <span className="sr-only" role="status">
        {t('workflows:problems.none')}
      </span>
    );
  }
  const words =
    errors > 0
      ? t('workflows:problems.errors', { count: errors })
      : t('workflows:problems.warnings', { count: problems.length });
  const Icon = errors > 0 ? CircleAlert : TriangleAlert;
  return (
    <Menu
      align="end"
      className="max-h-[60dvh] w-[min(380px,calc(100vw-16px))] overflow-y-auto"
      trigger={
        <button
          type="button"
          title={t('problems_show')}
          className={cn(
            'flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 font-medium text-xs tabular-nums',
            errors > 0 ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn',
          )}
        >
          <Icon className="size-3.5 shrink-0" aria-hidden />
          <span className="sm:hidden" aria-hidden>
            {errors > 0 ? errors : problems.length}
          </span>
          <span className="max-sm:sr-only">{words}</span>
        </button>
      }
    >
      {byNode(problems).map(({ nodeId, problems: lines }) => (
        <div key={nodeId ?? ''}>
          <MenuLabel>
            {nodeId === null ? t('workflows:problems.document') : nameOf(nodeId)}
          </MenuLabel>
          {lines.map((problem) => (
            <MenuItem
              key={`${problem.path} ${problem.code} ${problem.message}`}
              isTall
              onSelect={() => go(problem)}
            >
              <ProblemIcon problem={problem} />
              <span className="min-w-0 break-words">
                {saidOf(problem, nodeId === null ? '' : nameOf(nodeId))}
                <code className="ml-1.5 break-words font-mono text-fg-3 text-xs">
                  {problem.node_id === null ? problem.path : (problem.field ?? '')}
                </code>
              </span>
            </MenuItem>
          ))}
        </div>
      ))}
    </Menu>
  );
}

/** What keeps the draft from being published, or what is doubtful about it; each with the way there. */
export function ProblemRows({
  problems,
  onGo,
}: {
  problems: readonly Problem[];
  onGo: (problem: Problem) => void;
}) {
  const { t } = useTranslation('versions');
  const nameOf = useNodeName();
  if (problems.length === 0) {
    return (
      <p className="flex items-center gap-2 text-ok">
        <CircleCheck className="size-4 shrink-0" aria-hidden />
        {t('publish.sound')}
      </p>
    );
  }
  const sorted = byNode(problems).flatMap(({ problems: lines }) => lines);
  return (
    <ul className="flex shrink-0 flex-col divide-y divide-line overflow-hidden rounded-lg border border-line">
      {[...sorted.filter(isError), ...sorted.filter((one) => !isError(one))].map((problem) => (
        <li
          key={`${problem.path} ${problem.code} ${problem.message}`}
          className="flex items-start gap-2 px-3 py-2"
        >
          <ProblemIcon problem={problem} />
          <span className="min-w-0 flex-1 break-words">
            {problem.node_id !== null && (
              <span className="mr-1.5 font-medium">{nameOf(problem.node_id)}</span>
            )}
            {saidOf(problem, problem.node_id === null ? '' : nameOf(problem.node_id))}
          </span>
          {(problem.node_id ?? problem.edge_id) !== null && (
            <button
              type="button"
              className="min-h-6 shrink-0 font-medium text-accent text-xs hover:underline"
              onClick={() => onGo(problem)}
            >
              {t('publish.go')}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
