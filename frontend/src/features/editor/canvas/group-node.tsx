import type { Node, NodeProps } from '@xyflow/react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { useLastWords } from '../last-words';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUi, useUiStore } from './ui';

interface GroupData extends Record<string, unknown> {
  id: string;
  title: string;
}

export type GroupNode = Node<GroupData, 'group'>;

function Title({ data }: { data: GroupData }) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const [title, setTitle] = useState(data.title);
  const words = useLastWords((written) => commands.titleGroup(data.id, written));
  return (
    <input
      ref={takeFocus}
      aria-label={t('group.title')}
      className="nodrag h-6 rounded-sm border border-accent bg-panel px-1.5 font-medium text-xs outline-none"
      value={title}
      onChange={({ target }) => {
        words.write(target.value);
        setTitle(target.value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={() => {
        ui.setState({ writing: null });
        words.end();
      }}
    />
  );
}

/** A frame behind its cards. Its title moves all of them; between them the canvas is the canvas. */
function GroupNodeInner({ data, selected }: NodeProps<GroupNode>) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isWriting = useUi((state) => state.writing === data.id);
  return (
    <div className={cn('group-frame size-full rounded-xl', selected && 'selected')}>
      <div className="group-title flex h-8 items-center px-2.5">
        {isWriting ? (
          <Title data={data} />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className="max-w-full truncate font-medium text-fg-2 text-xs"
            onDoubleClick={() => !isReadOnly && ui.setState({ writing: data.id })}
          >
            {data.title === '' ? t('group.untitled') : data.title}
          </button>
        )}
      </div>
    </div>
  );
}

export const GroupFrame = memo(GroupNodeInner);
