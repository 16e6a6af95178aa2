import { Power, PowerOff, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import type { DocumentNode } from '@/engine/document';
import { Button } from '@/ui/button';
import { useEditor, useEditorActions } from '../provider';

/** Several selected nodes: what can be done with all of them at once. */
export default function ManyNodes({ nodes }: { nodes: readonly DocumentNode[] }) {
  const { t } = useTranslation('inspector');
  const actions = useEditorActions();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const count = nodes.length;
  const isOff = nodes.every(({ isDisabled }) => isDisabled);
  const setDisabled = (isDisabled: boolean): void => {
    actions.edit(
      nodes
        .filter((node) => node.isDisabled !== isDisabled)
        .map(({ id }) => ({ op: 'node.patch', id, set: { '/data/disabled': isDisabled } })),
      t(isDisabled ? 'history.disable_many' : 'history.enable_many', { count }),
    );
  };
  const remove = (): void => {
    actions.edit(
      nodes.map(({ id }) => ({ op: 'node.remove', id })),
      t('history.remove_many', { count }),
    );
  };
  return (
    <section aria-label={t('many.title', { count })} className="flex flex-col">
      <header className="flex min-h-14 items-center gap-2 border-line border-b px-4">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{t('many.title', { count })}</h2>
        <Button
          look="quiet"
          size="icon-sm"
          className="-mr-1.5"
          aria-label={t('header.close')}
          onClick={() => actions.select([])}
        >
          <X aria-hidden />
        </Button>
      </header>
      {!isReadOnly && (
        <div className="flex flex-wrap gap-2 px-4 pt-4">
          <Button size="sm" onClick={() => setDisabled(!isOff)}>
            {isOff ? <Power aria-hidden /> : <PowerOff aria-hidden />}
            {t(isOff ? 'many.enable' : 'many.disable')}
          </Button>
          <Button size="sm" look="danger" onClick={remove}>
            <Trash2 aria-hidden />
            {t('many.remove')}
          </Button>
        </div>
      )}
      <ul aria-label={t('many.list')} className="flex flex-col p-2">
        {nodes.map((node) => {
          const { hue, icon: Icon } = lookOf(node.type);
          return (
            <li key={node.id}>
              <button
                type="button"
                onClick={() => actions.select([node.id])}
                className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover"
              >
                <span
                  className="tile grid size-6 shrink-0 place-items-center rounded-sm"
                  style={{ '--hue': hue }}
                >
                  <Icon className="size-3.5" aria-hidden />
                </span>
                <span className="min-w-0 truncate">{node.name}</span>
                {node.isDisabled && (
                  <span className="ml-auto shrink-0 text-fg-3 text-xs">{t('header.disabled')}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
