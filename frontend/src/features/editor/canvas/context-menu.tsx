import {
  ClipboardPaste,
  Maximize,
  Pencil,
  Plus,
  SquareMousePointer,
  StickyNote,
  Ungroup,
  WandSparkles,
} from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { MenuSeparator } from '@/ui/menu';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { Do, NodeItems, RemoveItem } from './node-items';
import { type MenuTarget, useUi, useUiStore } from './ui';

const PointMenu = lazy(() => import('@/ui/point-menu'));

function PaneItems() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  return (
    <>
      {!isReadOnly && (
        <>
          <Do
            icon={<Plus aria-hidden />}
            words={t('menu.add')}
            keys="add_node"
            onDo={() => commands.ask({ kind: 'add' })}
          />
          <Do
            icon={<StickyNote aria-hidden />}
            words={t('menu.note')}
            keys="add_note"
            onDo={() => commands.addNote()}
          />
          <Do
            icon={<ClipboardPaste aria-hidden />}
            words={t('menu.paste')}
            keys="paste"
            onDo={commands.paste}
          />
          <Do
            icon={<WandSparkles aria-hidden />}
            words={t('menu.tidy')}
            keys="tidy"
            onDo={() => void commands.tidy()}
          />
          <MenuSeparator />
        </>
      )}
      <Do
        icon={<SquareMousePointer aria-hidden />}
        words={t('menu.select_all')}
        keys="select_all_nodes"
        onDo={commands.selectAll}
      />
      <Do icon={<Maximize aria-hidden />} words={t('menu.fit')} keys="fit" onDo={commands.fit} />
    </>
  );
}

function Items({ target }: { target: MenuTarget }) {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const ui = useUiStore();
  switch (target.kind) {
    case 'node':
      return <NodeItems id={target.id} />;
    case 'edge':
      return (
        <>
          <Do
            icon={<Plus aria-hidden />}
            words={t('menu.insert')}
            onDo={() => commands.ask({ kind: 'on', edgeId: target.id })}
          />
          <RemoveItem />
        </>
      );
    case 'note':
    case 'group':
      return (
        <>
          <Do
            icon={<Pencil aria-hidden />}
            words={t(target.kind === 'note' ? 'menu.write' : 'menu.title')}
            onDo={() => ui.setState({ writing: target.id })}
          />
          {target.kind === 'group' && (
            <Do
              icon={<Ungroup aria-hidden />}
              words={t('menu.ungroup')}
              keys="ungroup"
              onDo={commands.ungroup}
            />
          )}
          {target.kind === 'note' && <RemoveItem />}
        </>
      );
    case 'pane':
      return <PaneItems />;
  }
}

/** What can be done where the pointer is, each with its key. */
export default function ContextMenu() {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const menu = useUi((state) => state.menu);
  if (menu === null) return null;
  return (
    <Suspense>
      <PointMenu at={menu.at} label={t('menu.label')} onClose={() => ui.setState({ menu: null })}>
        <Items target={menu.target} />
      </PointMenu>
    </Suspense>
  );
}
