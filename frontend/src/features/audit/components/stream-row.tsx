import { KeyRound, MoreHorizontal, Pause, Pencil, Play, Send, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Badge, type Tone } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { TimeAgo } from '@/ui/time-ago';
import { type Stream, useChangeStream, useTestStream } from '../streams';

const TONES: Record<Stream['state'], Tone> = {
  sending: 'ok',
  failing: 'warn',
  paused: 'neutral',
  disabled: 'bad',
};

export type Asked = 'edit' | 'secret' | 'remove';

interface StreamRowProps {
  stream: Stream;
  onAsk: (asked: Asked) => void;
}

function More({ stream, onAsk }: StreamRowProps) {
  const { t } = useTranslation('audit');
  const change = useChangeStream(stream.id);
  const { name } = stream;
  const isResting = stream.state === 'paused' || stream.state === 'disabled';
  const toggle = (): void =>
    change.mutate(
      { is_paused: !isResting },
      {
        onSuccess: () => tell.done(t(isResting ? 'streams.resumed' : 'streams.paused', { name })),
        onError: tell.failed,
      },
    );
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('streams.more', { name })}>
          <MoreHorizontal aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={toggle}>
        {isResting ? <Play aria-hidden /> : <Pause aria-hidden />}
        {t(isResting ? 'streams.resume' : 'streams.pause')}
      </MenuItem>
      <MenuItem onSelect={() => onAsk('edit')}>
        <Pencil aria-hidden />
        {t('streams.edit')}
      </MenuItem>
      {stream.has_secret && (
        <MenuItem onSelect={() => onAsk('secret')}>
          <KeyRound aria-hidden />
          {t('streams.secret')}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem onSelect={() => onAsk('remove')}>
        <Trash2 aria-hidden />
        {t('streams.remove')}
      </MenuItem>
    </Menu>
  );
}

/** How far a stream has come, and since when it has not. */
function Progress({ stream }: { stream: Stream }) {
  const { t } = useTranslation('audit');
  const { sent_at: at, behind, behind_since: since, before_until: both } = stream;
  return (
    <p className="mt-0.5 text-fg-3 text-xs">
      {at === null || at === undefined ? (
        t('streams.never')
      ) : (
        <>
          {t('streams.sent')} <TimeAgo at={at} />
        </>
      )}
      {behind > 0 && (
        <>
          {' · '}
          {t('streams.behind', { count: behind })}
          {since !== null && (
            <>
              {' '}
              {t('streams.since')} <TimeAgo at={since} />
            </>
          )}
        </>
      )}
      {both !== null && (
        <>
          {' · '}
          {t('streams.both')} <TimeAgo at={both} />
        </>
      )}
    </p>
  );
}

/** One place that the trail goes to. */
export function StreamRow({ stream, onAsk }: StreamRowProps) {
  const { t } = useTranslation('audit');
  const mayManage = useMay('audit.manage');
  const test = useTestStream(stream.id);
  const { name, url, state, last_error: problem = '' } = stream;
  const tried = (): void =>
    test.mutate(undefined, {
      onSuccess: (said) =>
        said.is_ok
          ? tell.done(t('streams.tested', { name }))
          : tell.failed(new Error(t('streams.test_failed', { name, problem: said.problem }))),
      onError: tell.failed,
    });
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          <Badge tone={TONES[state]}>{t(`streams.state.${state}`)}</Badge>
        </p>
        <p className="mt-0.5 truncate font-mono text-fg-2 text-xs" title={url}>
          {url}
        </p>
        <Progress stream={stream} />
        {state !== 'sending' && problem !== '' && (
          <p className="mt-1 break-words text-bad text-xs">{problem}</p>
        )}
      </div>
      {mayManage && (
        <div className="flex items-center gap-2">
          <Button size="sm" isBusy={test.isPending} onClick={tried}>
            <Send aria-hidden />
            {t('streams.test')}
          </Button>
          <More stream={stream} onAsk={onAsk} />
        </div>
      )}
    </li>
  );
}
