import { ChevronLeft, Pause, Play, Radio, Send } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { Gate, useMay } from '@/features/accounts/facade';
import { useParam } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button, buttonClass } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { usePause, useWebhook, type Webhook } from '../api';
import { useListening } from '../events';
import { stateOf } from '../state';
import { AddressCard } from './address-card';
import { EventList } from './event-list';
import { FiltersCard } from './filters-card';
import { ListenBar } from './listen-bar';
import { SnippetsCard } from './snippets-card';
import { WebhookState } from './state-badge';
import { VerificationCard } from './verification-card';

const TrialDialog = lazy(() => import('./trial-dialog'));
const EventDialog = lazy(() => import('./event-dialog'));

function PauseButton({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const mayUpdate = useMay('webhook.update');
  const pause = usePause(webhook.id);
  const { is_paused: isPaused, name } = webhook;
  const Icon = isPaused ? Play : Pause;
  return (
    <Button
      size="sm"
      why={mayUpdate ? undefined : t('no_permission_update')}
      isBusy={pause.isPending}
      onClick={() =>
        pause.mutate(!isPaused, {
          onSuccess: () => tell.done(t(isPaused ? 'resumed_done' : 'paused_done', { name })),
          onError: tell.failed,
        })
      }
    >
      <Icon aria-hidden />
      {t(isPaused ? 'resume' : 'pause')}
    </Button>
  );
}

/** The name of the page, and the way back. */
const Title = ({ webhook, isLost = false }: { webhook: Webhook | undefined; isLost?: boolean }) => {
  const { t } = useTranslation('webhooks');
  return (
    <div className="flex min-w-0 items-center gap-2">
      <Link
        to="/webhooks"
        aria-label={t('back')}
        title={t('back')}
        className={buttonClass({ look: 'quiet', size: 'icon-sm' })}
      >
        <ChevronLeft aria-hidden />
      </Link>
      {webhook === undefined ? (
        isLost ? (
          <h1 className="font-semibold text-base">{t('title')}</h1>
        ) : (
          <Skeleton className="w-40" />
        )
      ) : (
        <>
          <h1 className="min-w-0 truncate font-semibold text-base" title={webhook.name}>
            {webhook.name}
          </h1>
          <WebhookState webhook={webhook} />
        </>
      )}
    </div>
  );
};

function Content({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const [eventId, setEventId] = useParam('event');
  const [isTrying, setTrying] = useState(false);
  const mayRun = useMay('workflow.execute');
  const listening = useListening(webhook.id);
  const state = stateOf(webhook);
  const hindrance = (): string | undefined => {
    if (!mayRun) return t('no_permission_run');
    if (state === 'secret_missing') return t('secret_first');
    return state === 'listening' ? undefined : t('not_listening');
  };
  return (
    <>
      <PageHeader title={<Title webhook={webhook} />}>
        <PauseButton webhook={webhook} />
        <Button
          size="sm"
          isBusy={listening.isBeginning}
          onClick={listening.isListening ? listening.stop : listening.start}
        >
          <Radio aria-hidden />
          {t(listening.isListening ? 'listen.stop' : 'listen.start')}
        </Button>
        <Button size="sm" look="primary" why={hindrance()} onClick={() => setTrying(true)}>
          <Send aria-hidden />
          {t('trial.open')}
        </Button>
      </PageHeader>
      <div className="mx-auto grid w-full max-w-[1360px] gap-4 p-3 sm:p-6 lg:grid-cols-[minmax(0,1fr)_400px] lg:gap-6">
        <div className="min-w-0 max-lg:order-2">
          <ListenBar listening={listening} onShow={setEventId} />
          <EventList webhookId={webhook.id} onOpen={setEventId} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <AddressCard webhook={webhook} />
          <VerificationCard webhook={webhook} />
          <FiltersCard webhook={webhook} />
          <SnippetsCard webhook={webhook} />
        </div>
      </div>
      <Suspense>
        {isTrying && <TrialDialog webhook={webhook} onClose={() => setTrying(false)} />}
        {eventId !== null && <EventDialog eventId={eventId} onClose={() => setEventId(null)} />}
      </Suspense>
    </>
  );
}

function Loaded({ id }: { id: string }) {
  const { t } = useTranslation('webhooks');
  const { data: webhook, error, refetch } = useWebhook(id);
  useTitle(webhook?.name ?? t('title'));
  if (webhook !== undefined) return <Content webhook={webhook} />;
  return (
    <>
      <PageHeader title={<Title webhook={undefined} isLost={error !== null} />} />
      {error === null ? (
        <div aria-busy className="flex flex-col gap-4 p-6">
          <Skeleton className="h-40 w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </>
  );
}

/** One webhook: where to send and how, what arrived, and the ways to try it. */
export default function WebhookPage() {
  const { id = '' } = useParams();
  return (
    <div className="flex min-h-full flex-col">
      <Gate permission="webhook.read">
        <Loaded key={id} id={id} />
      </Gate>
    </div>
  );
}
