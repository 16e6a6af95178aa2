import { UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import {
  LEVELS,
  type Share,
  type Subject,
  useRestrict,
  useShare,
  useShares,
  useSubjects,
} from '../sharing';
import type { Workflow } from '../types';

function useNameOf() {
  const { t } = useTranslation('workflows');
  return ({ kind, name }: Subject): string =>
    kind === 'role' ? t('share.everyone', { role: name }) : name;
}

function Row({ workflowId, share }: { workflowId: string; share: Share }) {
  const { t } = useTranslation('workflows');
  const change = useShare(workflowId);
  const name = useNameOf()(share);
  return (
    <li className="flex min-h-10 items-center gap-2">
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      <select
        aria-label={t('share.level_of', { name })}
        className="h-8 rounded-md border border-line bg-raised px-2 text-fg"
        value={share.level}
        disabled={change.isPending}
        onChange={({ target }) => {
          const level = LEVELS.find((one) => one === target.value) ?? share.level;
          change.mutate({ to: share, level }, { onError: tell.failed });
        }}
      >
        {LEVELS.map((level) => (
          <option key={level} value={level}>
            {t(`share.level.${level}`)}
          </option>
        ))}
      </select>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('share.remove_of', { name })}
        title={t('share.remove')}
        isBusy={change.isPending && change.variables.level === null}
        onClick={() => change.mutate({ to: share, level: null }, { onError: tell.failed })}
      >
        <X aria-hidden />
      </Button>
    </li>
  );
}

/** Lets one more in; whoever is in already is not offered. */
function Add({ workflowId, shares }: { workflowId: string; shares: readonly Share[] }) {
  const { t } = useTranslation('workflows');
  const { data, error } = useSubjects();
  const share = useShare(workflowId);
  const nameOf = useNameOf();
  const [chosen, setChosen] = useState('');
  const taken = new Set(shares.map(({ subject }) => subject));
  const offered = data?.filter(({ subject }) => !taken.has(subject)) ?? [];
  const to = offered.find(({ subject }) => subject === chosen);
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <SelectField
          label={t('share.with')}
          value={to?.subject ?? ''}
          error={error?.message}
          onChange={(event) => setChosen(event.target.value)}
        >
          <option value="">{t('share.choose')}</option>
          {offered.map((one) => (
            <option key={one.subject} value={one.subject}>
              {nameOf(one)}
            </option>
          ))}
        </SelectField>
      </div>
      <Button
        size="lg"
        className="mt-[26px]"
        disabled={to === undefined}
        isBusy={share.isPending}
        onClick={() => {
          if (to !== undefined) share.mutate({ to, level: 'viewer' }, { onError: tell.failed });
        }}
      >
        <UserPlus aria-hidden />
        {t('share.add')}
      </Button>
    </div>
  );
}

function Listed({ workflowId }: { workflowId: string }) {
  const { t } = useTranslation(['workflows', 'common']);
  const { data, error, refetch } = useShares(workflowId);
  if (error !== null) {
    return (
      <div className="flex flex-col items-start gap-2">
        <FormError>{error.message}</FormError>
        <Button size="sm" onClick={() => void refetch()}>
          {t('common:retry')}
        </Button>
      </div>
    );
  }
  if (data === undefined) return <Skeleton className="h-10 w-full" />;
  return (
    <>
      {data.length === 0 ? (
        <p className="text-fg-3">{t('share.nobody')}</p>
      ) : (
        <ul aria-label={t('share.list')}>
          {data.map((share) => (
            <Row key={share.subject} workflowId={workflowId} share={share} />
          ))}
        </ul>
      )}
      <Add workflowId={workflowId} shares={data} />
    </>
  );
}

/** Who sees a workflow: everybody whose role allows it, or those with whom it is shared. */
export default function ShareDialog({
  workflow,
  onClose,
}: {
  workflow: Workflow;
  onClose: () => void;
}) {
  const { t } = useTranslation(['workflows', 'common']);
  const restrict = useRestrict(workflow.id);
  const { is_restricted: isRestricted } = workflow;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('share.title', { name: workflow.name })}
      description={t(isRestricted ? 'share.restricted' : 'share.opened')}
    >
      <DialogBody>
        {restrict.error !== null && <FormError>{restrict.error.message}</FormError>}
        <Segmented
          label={t('share.who')}
          className="self-start"
          value={isRestricted ? 'restricted' : 'open'}
          options={[
            { value: 'open', label: t('share.everybody') },
            { value: 'restricted', label: t('share.only') },
          ]}
          onChoose={(value) => {
            const wanted = value === 'restricted';
            if (wanted !== isRestricted && !restrict.isPending) restrict.mutate(wanted);
          }}
        />
        <Listed workflowId={workflow.id} />
      </DialogBody>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
