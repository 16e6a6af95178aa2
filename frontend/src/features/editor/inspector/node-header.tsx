import { Ellipsis, Power, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf, typeTitle } from '@/canvas/families';
import type { DocumentNode } from '@/engine/document';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { useLastWords } from '../last-words';
import { useEditorActions, useEditorNow } from '../provider';

interface NodeHeaderProps {
  node: DocumentNode;
  typeName: string;
  isReadOnly: boolean;
}

/** The node's name, to be changed where it stands, and what can be done with the whole of it. */
export function NodeHeader({ node, typeName, isReadOnly }: NodeHeaderProps) {
  const { t } = useTranslation('inspector');
  const actions = useEditorActions();
  const [text, setText] = useState<string | null>(null);
  const { hue, icon: Icon } = lookOf(node.type);
  const now = useEditorNow();
  const words = useLastWords((written) => {
    setText(null);
    const name = written.trim();
    const isThere = now().neighbours.has(node.id);
    if (name === '' || name === node.name || !isThere) return;
    const label = t('history.rename', { node: node.name });
    actions.edit([{ op: 'node.patch', id: node.id, set: { '/data/name': name } }], label);
  });
  const setDisabled = (isDisabled: boolean): void => {
    const label = t(isDisabled ? 'history.disable' : 'history.enable', { node: node.name });
    actions.edit([{ op: 'node.patch', id: node.id, set: { '/data/disabled': isDisabled } }], label);
  };
  const remove = (): void => {
    actions.edit([{ op: 'node.remove', id: node.id }], t('history.remove', { node: node.name }));
  };
  return (
    <header className="flex min-h-14 items-center gap-2 px-4 py-2">
      <span
        className="tile grid size-8 shrink-0 place-items-center rounded-md"
        style={{ '--hue': hue }}
      >
        <Icon className="size-4" aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <input
          type="text"
          aria-label={t('header.name')}
          value={text ?? node.name}
          readOnly={isReadOnly}
          spellCheck={false}
          onChange={({ target }) => {
            words.write(target.value);
            setText(target.value);
          }}
          onBlur={words.end}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key !== 'Escape' || text === null) return;
            event.stopPropagation();
            words.forget();
            setText(null);
          }}
          className="-ml-1.5 h-6 w-full truncate rounded-sm bg-transparent px-1.5 font-semibold hover:bg-hover focus:bg-panel read-only:hover:bg-transparent"
        />
        <p className="truncate text-fg-3 text-xs">
          {typeName === '' ? typeTitle(node.type) : typeName}
          {node.isDisabled && ` · ${t('header.disabled')}`}
        </p>
      </div>
      {!isReadOnly && (
        <Menu
          align="end"
          trigger={
            <Button look="quiet" size="icon-sm" aria-label={t('header.menu', { node: node.name })}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <MenuItem onSelect={() => setDisabled(!node.isDisabled)}>
            <Power aria-hidden />
            {t(node.isDisabled ? 'header.enable' : 'header.disable')}
          </MenuItem>
          <MenuItem onSelect={remove}>
            <Trash2 aria-hidden />
            {t('header.remove')}
          </MenuItem>
        </Menu>
      )}
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
  );
}
