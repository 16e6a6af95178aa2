import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { byNode, isError, type Problem, saidOf } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { useNodeName } from './node-names';

export function ProblemIcon({ problem, className }: { problem: Problem; className?: string }) {
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
