import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { byNode, isError, type Problem, saidOf } from '../types';

interface ProblemListProps {
  problems: readonly Problem[];
  /** What a reader calls the node. */
  nameOf: (nodeId: string) => string;
  onNode?: (nodeId: string) => void;
}

function Line({ problem, nodeName }: { problem: Problem; nodeName: string }) {
  const { t } = useTranslation('workflows');
  const isBad = isError(problem);
  // Under its node the field says enough; what belongs to no node needs the whole pointer.
  const place = problem.node_id === null ? problem.path : (problem.field ?? '');
  const Icon = isBad ? CircleAlert : TriangleAlert;
  return (
    <li className="flex gap-2 py-1">
      <Icon
        className={isBad ? 'mt-0.5 size-4 shrink-0 text-bad' : 'mt-0.5 size-4 shrink-0 text-warn'}
        aria-label={isBad ? t('problems.error') : t('problems.warning')}
      />
      <span className="min-w-0 break-words">
        {saidOf(problem, nodeName)}
        {place !== '' && (
          <code className="ml-1.5 break-words font-mono text-fg-3 text-xs">{place}</code>
        )}
      </span>
    </li>
  );
}

/** Every problem of a document, under the node it belongs to. */
export function ProblemList({ problems, nameOf, onNode }: ProblemListProps) {
  const { t } = useTranslation('workflows');
  return (
    <ul className="flex flex-col gap-2">
      {byNode(problems).map(({ nodeId, problems: lines }) => (
        <li key={nodeId ?? ''} className="rounded-lg border border-line px-3 py-2">
          {nodeId !== null && onNode !== undefined ? (
            <button
              type="button"
              className="font-medium hover:underline"
              onClick={() => onNode(nodeId)}
            >
              {nameOf(nodeId)}
            </button>
          ) : (
            <span className="font-medium">
              {nodeId === null ? t('problems.document') : nameOf(nodeId)}
            </span>
          )}
          <ul className="mt-0.5 text-fg-2">
            {lines.map((problem) => (
              <Line
                key={`${problem.path} ${problem.code} ${problem.message}`}
                problem={problem}
                nodeName={nodeId === null ? '' : nameOf(nodeId)}
              />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** "2 errors, 1 warning" */
export function ProblemCount({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation('workflows');
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return <>{t('problems.none')}</>;
  return (
    <>
      {[
        errors > 0 ? t('problems.errors', { count: errors }) : '',
        warnings > 0 ? t('problems.warnings', { count: warnings }) : '',
      ]
        .filter(Boolean)
        .join(', ')}
    </>
  );
}
