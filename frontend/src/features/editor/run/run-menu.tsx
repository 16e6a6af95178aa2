import { History, Pencil, Pin, Play, StepForward, ToyBrick } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { usePins } from '@/features/workflows/facade';
import { Kbd } from '@/ui/kbd';
import { MenuChoice, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { useEditor } from '../provider';
import { useNodeActions } from './acting';
import { run, useOrder } from './store';
import { useWhole } from './whole';

function Triggers() {
  const { t } = useTranslation('run');
  const { triggers, trigger } = useWhole();
  const workflowId = useEditor(({ workflow }) => workflow.id);
  if (triggers.length < 2) return null;
  return (
    <>
      <MenuLabel>{t('menu.trigger')}</MenuLabel>
      <MenuChoice
        value={trigger?.id ?? ''}
        options={triggers.map(({ id, name }) => ({ value: id, label: name }))}
        onChoose={(id) => run.order(workflowId, { trigger: id })}
      />
      <MenuSeparator />
    </>
  );
}

function Data({ onAsk }: { onAsk: () => void }) {
  const { t } = useTranslation('run');
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const order = useOrder(workflowId);
  const { last } = useWhole();
  const pinned = usePins(workflowId).data?.size ?? 0;
  const isLast = order.source === 'last' && last !== undefined;
  return (
    <>
      <MenuLabel>{t('menu.data')}</MenuLabel>
      <MenuChoice
        value={isLast ? 'last' : 'typed'}
        options={[
          ...(last === undefined
            ? []
            : [{ value: 'last' as const, label: t('menu.last'), icon: <History aria-hidden /> }]),
          {
            value: 'typed' as const,
            label: t(order.typed === null ? 'menu.none' : 'menu.typed'),
            icon: <Play aria-hidden />,
          },
        ]}
        onChoose={(source) => run.order(workflowId, { source })}
      />
      <MenuItem onSelect={onAsk}>
        <Pencil aria-hidden />
        {t('menu.edit')}
      </MenuItem>
      {pinned > 0 && (
        <p className="flex items-center gap-2 px-2 pb-1.5 text-fg-3 text-xs">
          <Pin className="size-3.5 shrink-0 text-accent" aria-hidden />
          {t('menu.pinned', { count: pinned })}
        </p>
      )}
    </>
  );
}

/** What the Run button can do besides running everything: another trigger, other data, a part of the draft. */
export default function RunMenu({ onAsk }: { onAsk: () => void }) {
  const { t } = useTranslation('run');
  const { node, refusal, start } = useNodeActions();
  return (
    <>
      <Triggers />
      <Data onAsk={onAsk} />
      {node !== undefined && refusal === null && (
        <>
          <MenuSeparator />
          <MenuLabel>{node.name}</MenuLabel>
          <MenuItem onSelect={() => start('only')}>
            <ToyBrick aria-hidden />
            {t('part.only')}
            <Kbd id="run_node" className="ml-auto" />
          </MenuItem>
          <MenuItem onSelect={() => start('until')}>
            <StepForward aria-hidden />
            {t('part.until')}
            <Kbd id="run_until" className="ml-auto" />
          </MenuItem>
          <MenuItem onSelect={() => start('from')}>
            <Play aria-hidden />
            {t('part.from')}
          </MenuItem>
        </>
      )}
    </>
  );
}
