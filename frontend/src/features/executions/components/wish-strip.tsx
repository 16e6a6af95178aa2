import { CircleAlert, CircleCheck, CircleSlash, LoaderCircle, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { useWishes, type Wish } from '../wishes';

const refusedOf = ({ refused }: Wish): number => refused.reduce((sum, { count }) => sum + count, 0);

/** How far a wish has come, with the way to stop it. */
function Running({ wish, onStop }: { wish: Wish; onStop: () => void }) {
  const { t } = useTranslation('executions');
  const { action, expected: of, has_more } = wish;
  const done = wish.done + refusedOf(wish);
  const said = has_more ? t('wish.progress_many', { done, of }) : t('wish.progress', { done, of });
  return (
    <>
      <LoaderCircle className="spin size-4 shrink-0" aria-hidden />
      <span role="status" className="tabular-nums">
        <strong className="font-medium">{t(`wish.${action}_running`)}</strong> {said}
      </span>
      <progress
        {...(has_more ? {} : { value: Math.min(done, of), max: Math.max(of, 1) })}
        aria-label={said}
        className="h-1.5 min-w-24 flex-1 accent-accent sm:max-w-64"
      />
      <Button size="sm" className="ml-auto" onClick={onStop}>
        {t('wish.stop')}
      </Button>
    </>
  );
}

const ICONS = { completed: CircleCheck, stopped: CircleSlash, failed: CircleAlert };
const TONES = { completed: 'text-ok', stopped: 'text-fg-3', failed: 'text-bad' };

/** What a wish came to, until somebody puts it away. */
function Ended({ wish, onPutAway }: { wish: Wish; onPutAway: () => void }) {
  const { t } = useTranslation('executions');
  const { action, status, done, refused, reason } = wish;
  const how = status === 'running' ? 'completed' : status;
  const Icon = ICONS[how];
  const isKnown = reason === 'left' || reason === 'forbidden' || reason === 'search_unfit';
  return (
    <>
      <Icon className={`size-4 shrink-0 self-start mt-1 ${TONES[how]}`} aria-hidden />
      <div role="status" className="min-w-0 flex-1 leading-6">
        {how === 'stopped' && `${t('wish.stopped')} `}
        {how === 'failed' && isKnown && `${t(`wish.${reason}`)} `}
        {done === 0 && refused.length === 0
          ? t('wish.none')
          : t(`bulk.${action}_done`, { count: done })}
        {refused.map(({ code, count, message }) => (
          <span key={code} className="block text-fg-2">
            {t('bulk.refused', { count })} {message}
          </span>
        ))}
      </div>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('wish.put_away')}
        title={t('wish.put_away')}
        onClick={onPutAway}
      >
        <X aria-hidden />
      </Button>
    </>
  );
}

/** One's own wishes for all executions that fit: how far they are, and what they came to. */
export function WishStrip() {
  const { t } = useTranslation('executions');
  // Whoever may wish nothing has wished nothing.
  const may = [useMay('execution.cancel'), useMay('workflow.execute'), useMay('workflow.delete')];
  const { shown, stop, putAway } = useWishes(may.includes(true));
  if (shown.length === 0) return null;
  return (
    <ul aria-label={t('wish.label')} className="border-line border-b bg-sunken">
      {shown.map((wish) => (
        <li
          key={wish.id}
          className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 last:border-b-0"
        >
          {wish.status === 'running' ? (
            <Running wish={wish} onStop={() => stop.mutate(wish.id, { onError: tell.failed })} />
          ) : (
            <Ended wish={wish} onPutAway={() => putAway(wish.id)} />
          )}
        </li>
      ))}
    </ul>
  );
}
