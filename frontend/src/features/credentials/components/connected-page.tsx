import { CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { buttonClass } from '@/ui/button';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import { answerIn, useFinish } from '../connecting';
import { Card } from './card';

function Back() {
  const { t } = useTranslation('credentials');
  return (
    <Link to="/credentials" className={buttonClass({ look: 'primary', size: 'md' })}>
      {t('connected.back')}
    </Link>
  );
}

function NotConnected({ text }: { text: string }) {
  const { t } = useTranslation('credentials');
  return (
    <Card title={t('connected.failed')}>
      <Notice icon={CircleX} tone="bad" title={t('connected.failed')} text={text}>
        <Back />
      </Notice>
    </Card>
  );
}

function Busy() {
  const { t } = useTranslation('credentials');
  return (
    <Card title={t('connected.busy')}>
      <div role="status" aria-label={t('connected.busy')} className="flex flex-col gap-3 p-8">
        <Skeleton className="h-5 w-1/2" />
        <Skeleton className="h-4" />
      </div>
    </Card>
  );
}

/** Where the person comes back to on the tenant's host: what the provider said is handed in, once, and leaves the address. */
export default function ConnectedPage() {
  const { t } = useTranslation('credentials');
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const [answer] = useState(() => answerIn(pathname, search));
  const { mutate, isError, isSuccess, error, data } = useFinish();
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current || answer === null) return;
    isBegun.current = true;
    void navigate(pathname, { replace: true });
    // A window that was opened for this goes; another one stays, and says what came of it.
    mutate(answer, { onSuccess: () => window.close() });
  }, [answer, mutate, navigate, pathname]);
  if (answer === null)
    return <NotConnected text={`${t('connected.nothing')} ${t('connected.next')}`} />;
  if (isError) return <NotConnected text={error.message} />;
  if (!isSuccess) return <Busy />;
  const title = t('connected.done', { name: data.name });
  return (
    <Card title={title}>
      <Notice icon={CircleCheck} tone="ok" title={title} text={t('connected.close')}>
        <Back />
      </Notice>
    </Card>
  );
}
