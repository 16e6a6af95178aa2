import { CircleAlert, TriangleAlert } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { isError } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { Menu } from '@/ui/menu';
import { useEditor } from '../provider';

const ProblemItems = lazy(() => import('./problem-items'));

/** How many problems the draft has, and the menu of them. Nothing where there are none. */
export function ProblemsMenu() {
  const { t } = useTranslation(['versions', 'workflows']);
  const problems = useEditor((state) => state.problems);
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
      <Suspense>
        <ProblemItems />
      </Suspense>
    </Menu>
  );
}
