import { CloudOff, Lock, RotateCw, SearchX, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { facts } from '@/lib/facts';
import { ApiError, isForbidden, isNotFound } from '@/lib/problem';
import { useTitle } from '@/lib/title';
import { Button, buttonClass } from './button';
import { Notice } from './notice';

export function NotFound() {
  const { t } = useTranslation();
  useTitle(t('failure.not_found_title'));
  return (
    <Notice icon={SearchX} title={t('failure.not_found_title')} text={t('failure.not_found')}>
      <Link to="/workflows" className={buttonClass()}>
        {t('failure.home')}
      </Link>
    </Notice>
  );
}

/** What a page shows when its data did not come: not here, not allowed, or not now. */
export function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  if (isNotFound(error)) return <NotFound />;
  if (isForbidden(error)) {
    return (
      <Notice
        icon={Lock}
        title={t('failure.forbidden_title')}
        text={t('failure.forbidden', { tenant: facts.tenant?.name ?? t('product') })}
      />
    );
  }
  const problem = error instanceof ApiError ? error : null;
  const isOffline = problem?.status === 0;
  return (
    <Notice
      icon={isOffline ? CloudOff : TriangleAlert}
      title={t('failure.title')}
      text={
        <>
          {isOffline ? t('failure.offline') : (problem?.message ?? t('failure.unknown'))}
          {problem !== null && problem.requestId !== '' && (
            <span className="mt-2 block font-mono text-fg-3 text-xs">
              {t('failure.request', { id: problem.requestId })}
            </span>
          )}
        </>
      }
    >
      <Button onClick={onRetry}>
        <RotateCw aria-hidden />
        {t('retry')}
      </Button>
    </Notice>
  );
}
