import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { absolute } from '@/lib/format';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import type { Entry } from '../api';
import { changesOf, shownAs, wordsOf } from '../changes';
import type { FilterName } from '../filters';
import { Marks, useActorWords } from './entry-parts';

const CELL = 'border-line border-b px-3 py-2 text-left align-top';

function Value({ value, tone }: { value: unknown; tone: string }) {
  const { t } = useTranslation();
  if (value === undefined) return <span className="text-fg-3">{t('none')}</span>;
  return (
    <code className={`whitespace-pre-wrap break-all rounded-sm px-1 font-mono text-xs ${tone}`}>
      {shownAs(value)}
    </code>
  );
}

/** Each field that changed, as it was and as it became. */
function Changes({ entry }: { entry: Entry }) {
  const { t } = useTranslation('audit');
  const changes = changesOf(entry.before, entry.after);
  if (changes.length === 0) return <p className="text-fg-3">{t('entry.nothing')}</p>;
  return (
    <div className="shrink-0 overflow-x-auto rounded-md border border-line">
      <table className="w-full border-separate border-spacing-0 [&_tr:last-child>*]:border-b-0">
        <caption className="sr-only">{t('entry.changes')}</caption>
        <thead>
          <tr className="text-fg-2 text-xs">
            {(['field', 'before', 'after'] as const).map((name) => (
              <th key={name} scope="col" className={`${CELL} bg-sunken font-medium`}>
                {t(`entry.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((one) => (
            <tr key={one.field}>
              <th scope="row" className={`${CELL} font-mono font-normal text-xs`}>
                {one.field}
              </th>
              <td className={CELL}>
                <Value value={one.before} tone="bg-bad-soft text-bad" />
              </td>
              <td className={CELL}>
                <Value value={one.after} tone="bg-ok-soft text-ok" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="font-medium text-fg-2 text-xs">{name}</dt>
      <dd className="mt-0.5 flex min-w-0 items-center gap-1 break-all">{children}</dd>
    </div>
  );
}

interface EntryDialogProps {
  entry: Entry;
  onFilter: (changes: Partial<Record<FilterName, string>>) => void;
  onClose: () => void;
}

/** One entry whole: what changed, by whom, from where, and its place in the chain. */
export default function EntryDialog({ entry, onFilter, onClose }: EntryDialogProps) {
  const { t, i18n } = useTranslation(['audit', 'common']);
  const actorOf = useActorWords();
  const { actor, target } = entry;
  const go = (changes: Partial<Record<FilterName, string>>): void => {
    onFilter(changes);
    onClose();
  };
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={wordsOf(entry.action)}
      description={absolute(entry.at, i18n.language)}
    >
      <DialogBody>
        <p className="flex flex-wrap items-center gap-2">
          <code className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-xs">
            {entry.action}
          </code>
          <Marks entry={entry} />
        </p>
        <Changes entry={entry} />
        <dl className="grid gap-4 sm:grid-cols-2">
          <Fact name={t('column.who')}>{actorOf(actor)}</Fact>
          <Fact name={t('column.about')}>
            {target.name === '' ? target.kind : `${target.name} (${target.kind})`}
          </Fact>
          {actor.role !== '' && <Fact name={t('entry.role')}>{actor.role}</Fact>}
          {entry.ip !== '' && <Fact name={t('entry.ip')}>{entry.ip}</Fact>}
          {entry.user_agent !== '' && <Fact name={t('entry.agent')}>{entry.user_agent}</Fact>}
          {entry.request_id !== '' && (
            <Fact name={t('entry.request')}>
              <code className="font-mono text-xs">{entry.request_id}</code>
              <CopyButton text={() => entry.request_id} label={t('entry.copy_request')} />
            </Fact>
          )}
          <Fact name={t('entry.chain')}>{entry.seq}</Fact>
          <Fact name={t('entry.hash')}>
            <code className="min-w-0 truncate font-mono text-xs" title={entry.hash}>
              {entry.hash}
            </code>
            <CopyButton text={() => entry.hash} label={t('entry.copy_hash')} />
          </Fact>
        </dl>
        <p className="text-fg-3 text-xs">{t('entry.hash_hint')}</p>
      </DialogBody>
      <DialogActions>
        {actor.id !== null && (
          <Button onClick={() => go({ actor: actor.id ?? '' })}>{t('entry.only_actor')}</Button>
        )}
        {target.id !== '' && (
          <Button onClick={() => go({ target: target.id, kind: target.kind })}>
            {t('entry.only_target')}
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
