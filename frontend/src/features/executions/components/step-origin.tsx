import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { shortId } from '@/lib/format';
import type { Step } from '../types';

/** A step that did not run here says where its output comes from. */
export function StepOrigin({ step }: { step: Step }) {
  const { t } = useTranslation('executions');
  if (step.is_pinned) return <p className="text-fg-2">{t('detail.pinned')}</p>;
  if (step.copied_from === null) return null;
  return (
    <p className="text-fg-2">
      {t('detail.copied_from')}{' '}
      <Link
        to={`/executions/${step.copied_from}`}
        className="inline-flex min-h-6 items-center font-medium text-fg underline-offset-2 hover:underline"
      >
        {t('page.title', { id: shortId(step.copied_from) })}
      </Link>
    </p>
  );
}
