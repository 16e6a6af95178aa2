import { useTranslation } from 'react-i18next';
import { byNode, saidOf } from '@/features/workflows/facade';
import { MenuItem, MenuLabel } from '@/ui/menu';
import { useEditor } from '../provider';
import { useGoThere } from './going';
import { useNodeName } from './node-names';
import { ProblemIcon } from './problem-rows';

/** All problems of the draft by node, errors first; each leads to its place. */
export default function ProblemItems() {
  const { t } = useTranslation('workflows');
  const problems = useEditor((state) => state.problems);
  const nameOf = useNodeName();
  const go = useGoThere();
  return (
    <>
      {byNode(problems).map(({ nodeId, problems: lines }) => (
        <div key={nodeId ?? ''}>
          <MenuLabel>{nodeId === null ? t('problems.document') : nameOf(nodeId)}</MenuLabel>
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
    </>
  );
}
