import { CircleCheck, CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import type { Kind, Verdict } from '../types';

const LOOKS: Record<Verdict['status'], [LucideIcon, string]> = {
  ok: [CircleCheck, 'text-ok'],
  refused: [CircleX, 'text-bad'],
  unreachable: [TriangleAlert, 'text-warn'],
  untestable: [Info, 'text-fg-2'],
};

function Outcome({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation('credentials');
  const [Icon, tone] = LOOKS[verdict.status];
  return (
    <span className="flex min-w-0 items-start gap-2">
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', tone)} />
      <span>
        <span className={cn('font-medium', tone)}>{t(`test.${verdict.status}`)}</span>{' '}
        <span className="text-fg-2">{verdict.message}</span>
      </span>
    </span>
  );
}

interface TestRowProps {
  kind: Kind;
  /** What is tested, where that is not plain to see. */
  hint?: string;
  verdict: Verdict | undefined;
  error: string | undefined;
  isBusy: boolean;
  /** Called with what the form around it holds. */
  onTest: (form: FormData) => void;
}

/** The button that asks the other side whether it takes a credential, and what came of it; or why nobody can be asked. */
export function TestRow({ kind, hint, verdict, error, isBusy, onTest }: TestRowProps) {
  const { t } = useTranslation('credentials');
  if (!kind.is_testable) return <p className="text-fg-3 text-xs">{kind.untested}</p>;
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line bg-sunken px-3 py-2.5">
      <div className="flex items-center gap-3">
        <Button
          size="sm"
          isBusy={isBusy}
          onClick={({ currentTarget }) => {
            if (currentTarget.form !== null) onTest(new FormData(currentTarget.form));
          }}
        >
          {t('test.button')}
        </Button>
        {hint !== undefined && <span className="text-fg-3 text-xs">{hint}</span>}
      </div>
      <div role="status" className="empty:hidden">
        {error !== undefined && <span className="text-bad">{error}</span>}
        {error === undefined && verdict !== undefined && <Outcome verdict={verdict} />}
      </div>
    </div>
  );
}
