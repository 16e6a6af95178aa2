import { type Node, type NodeProps, NodeResizer, type ResizeParams } from '@xyflow/react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUi, useUiStore } from './ui';

interface NoteData extends Record<string, unknown> {
  id: string;
  text: string;
}

const LEAST = { minWidth: 120, minHeight: 60 };

export type NoteNode = Node<NoteData, 'note'>;

/** Written in place: a click beside it or Escape keeps what was written. */
function Writing({ data }: { data: NoteData }) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const [text, setText] = useState(data.text);
  return (
    <textarea
      ref={takeFocus}
      aria-label={t('note.label')}
      className="nodrag nowheel size-full resize-none bg-transparent px-3 py-2 outline-none"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={() => {
        ui.setState({ writing: null });
        commands.writeNote(data.id, text);
      }}
    />
  );
}

function NoteNodeInner({ data, selected }: NodeProps<NoteNode>) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isWriting = useUi((state) => state.writing === data.id);
  const resize = (_: unknown, { x, y, width, height }: ResizeParams): void =>
    commands.resizeNote(data.id, { x, y, width, height });
  return (
    <>
      <NodeResizer
        isVisible={selected && !isReadOnly}
        {...LEAST}
        lineClassName="note-line"
        handleClassName="note-handle"
        onResizeEnd={resize}
      />
      <div className={cn('note size-full overflow-hidden rounded-lg', selected && 'selected')}>
        {isWriting ? (
          <Writing data={data} />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className="flex size-full items-start whitespace-pre-wrap break-words px-3 py-2 text-left"
            onDoubleClick={() => !isReadOnly && ui.setState({ writing: data.id })}
          >
            {data.text === '' ? <span className="opacity-60">{t('note.empty')}</span> : data.text}
          </button>
        )}
      </div>
    </>
  );
}

export const NoteCard = memo(NoteNodeInner);
