import {
  AlignHorizontalDistributeCenter,
  Ban,
  Cable,
  Copy,
  CopyPlus,
  Group,
  PanelRight,
  Pencil,
  Plus,
  Replace,
  Scissors,
  Trash2,
  Ungroup,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alignment } from '@/engine/edits/arrangement';
import type { ShortcutId } from '@/lib/keys';
import { Kbd } from '@/ui/kbd';
import { MenuItem, MenuSeparator } from '@/ui/menu';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { INSPECTOR } from './keyboard';
import { useUi, useUiStore } from './ui';

const ALIGNMENTS: readonly Alignment[] = [
  'left',
  'center',
  'right',
  'top',
  'middle',
  'bottom',
  'across',
  'down',
];

interface DoProps {
  icon: ReactNode;
  words: string;
  keys?: ShortcutId;
  onDo: () => void;
}

/** One thing to do, with its key. */
export function Do({ icon, words, keys, onDo }: DoProps) {
  return (
    <MenuItem onSelect={onDo}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{words}</span>
      {keys !== undefined && <Kbd id={keys} className="ml-4" />}
    </MenuItem>
  );
}

function ClipboardItems() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  return (
    <>
      <Do icon={<Copy aria-hidden />} words={t('menu.copy')} keys="copy" onDo={commands.copy} />
      <Do icon={<Scissors aria-hidden />} words={t('menu.cut')} keys="cut" onDo={commands.cut} />
      <Do
        icon={<CopyPlus aria-hidden />}
        words={t('menu.duplicate')}
        keys="duplicate"
        onDo={commands.duplicate}
      />
    </>
  );
}

export function RemoveItem() {
  const { t } = useTranslation('editor');
  const { remove } = useCommands();
  return <Do icon={<Trash2 aria-hidden />} words={t('menu.delete')} keys="remove" onDo={remove} />;
}

function SeveralItems() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  return (
    <>
      {ALIGNMENTS.map((how) => (
        <Do
          key={how}
          icon={<AlignHorizontalDistributeCenter aria-hidden />}
          words={t(`menu.align.${how}`)}
          onDo={() => commands.align(how)}
        />
      ))}
      <MenuSeparator />
    </>
  );
}

/** What can be done with one node; also in the outline, where a button opens it. */
export function NodeItems({ id }: { id: string }) {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const ui = useUiStore();
  const isDisabled = useEditor(
    (state) => state.document.nodes.find((node) => node.id === id)?.isDisabled === true,
  );
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const count = useEditor(
    (state) => state.document.nodes.filter((node) => state.selection.has(node.id)).length,
  );
  const isOutline = useUi((state) => state.view === 'outline');
  const open = (): void =>
    void requestAnimationFrame(() => document.getElementById(INSPECTOR)?.focus());
  if (isReadOnly)
    return (
      <Do icon={<Copy aria-hidden />} words={t('menu.copy')} keys="copy" onDo={commands.copy} />
    );
  return (
    <>
      {count <= 1 && (
        <>
          <Do
            icon={<PanelRight aria-hidden />}
            words={t('menu.open')}
            keys="open_node"
            onDo={open}
          />
          <Do
            icon={<Plus aria-hidden />}
            words={t('menu.add_after')}
            keys="add_after"
            onDo={() => commands.askAfter(id)}
          />
          {!isOutline && (
            <Do
              icon={<Cable aria-hidden />}
              words={t('menu.connect')}
              keys="connect"
              onDo={commands.startConnecting}
            />
          )}
          <Do
            icon={<Replace aria-hidden />}
            words={t('menu.replace')}
            keys="replace_type"
            onDo={commands.askReplacing}
          />
          <Do
            icon={<Pencil aria-hidden />}
            words={t('menu.rename')}
            keys="rename"
            onDo={() => ui.setState({ renaming: id })}
          />
          <MenuSeparator />
        </>
      )}
      <Do
        icon={<Ban aria-hidden />}
        words={t(isDisabled ? 'menu.enable' : 'menu.disable')}
        keys="disable"
        onDo={commands.toggleDisabled}
      />
      <ClipboardItems />
      <MenuSeparator />
      {!isOutline && count > 1 && <SeveralItems />}
      {!isOutline && (
        <>
          <Do
            icon={<Group aria-hidden />}
            words={t('menu.group')}
            keys="group_nodes"
            onDo={commands.group}
          />
          <Do
            icon={<Ungroup aria-hidden />}
            words={t('menu.ungroup')}
            keys="ungroup"
            onDo={commands.ungroup}
          />
          <MenuSeparator />
        </>
      )}
      <RemoveItem />
    </>
  );
}
