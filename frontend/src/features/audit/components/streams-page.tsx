import { Plus, Radio } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { ConfirmByName } from '@/ui/confirm-by-name';
import { ListBody, PlainList } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { type Stream, useRemoveStream, useStreams } from '../streams';
import { AuditTabs } from './audit-tabs';
import { type Asked, StreamRow } from './stream-row';

const RenewSecret = lazy(() => import('./renew-secret'));
const StreamForm = lazy(() => import('./stream-form'));

/** What is being done; without a stream a new one is made. */
type Doing = { asked: 'create' } | { asked: Asked; stream: Stream };

function Remove({ stream, onClose }: { stream: Stream; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const remove = useRemoveStream(stream.id);
  const { name } = stream;
  return (
    <ConfirmByName
      title={t('stream_remove.title', { name })}
      text={t('stream_remove.text')}
      name={name}
      label={t('stream_remove.ask', { name })}
      wrong={t('stream_remove.wrong')}
      submit={t('stream_remove.submit')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            tell.done(t('stream_remove.done', { name }));
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

function Deed({ doing, onClose }: { doing: Doing; onClose: () => void }) {
  if (doing.asked === 'create') return <StreamForm onClose={onClose} />;
  const { asked, stream } = doing;
  if (asked === 'edit') return <StreamForm stream={stream} onClose={onClose} />;
  if (asked === 'secret') return <RenewSecret stream={stream} onClose={onClose} />;
  return <Remove stream={stream} onClose={onClose} />;
}

/** Where the trail goes beside this screen: webhooks and syslog servers. */
export default function StreamsPage() {
  const { t } = useTranslation('audit');
  const mayManage = useMay('audit.manage');
  const [doing, setDoing] = useState<Doing | null>(null);
  useTitle(t('streams.title'));
  useShortcut('create', () => setDoing({ asked: 'create' }), mayManage);
  const create = (
    <Button
      look="primary"
      size="sm"
      why={mayManage ? undefined : t('streams.why')}
      onClick={() => setDoing({ asked: 'create' })}
    >
      <Plus aria-hidden />
      {t('streams.create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('streams.title')}</h1>
            <AuditTabs />
          </>
        }
      >
        {create}
      </PageHeader>
      <ListBody>
        <Gate permission="audit.manage">
          <Streams create={create} onAsk={(asked, stream) => setDoing({ asked, stream })} />
        </Gate>
      </ListBody>
      <Suspense>{doing !== null && <Deed doing={doing} onClose={() => setDoing(null)} />}</Suspense>
    </div>
  );
}

interface StreamsProps {
  create: ReactNode;
  onAsk: (asked: Asked, stream: Stream) => void;
}

function Streams({ create, onAsk }: StreamsProps) {
  const { t } = useTranslation('audit');
  return (
    <PlainList
      label={t('streams.title')}
      list={useStreams()}
      empty={
        <Notice icon={Radio} title={t('streams.empty_title')} text={t('streams.empty')}>
          {create}
        </Notice>
      }
    >
      {(stream) => <StreamRow stream={stream} onAsk={(asked) => onAsk(asked, stream)} />}
    </PlainList>
  );
}
