import { type Node, type NodeProps, useReactFlow } from '@xyflow/react';
import { memo, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LEAST_NOTE } from '@/engine/edits/frames';
import { cn } from '@/lib/cn';
import { useLastWords } from '../last-words';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUi, useUiStore } from './ui';

interface NoteData extends Record<string, unknown> {
  id: string;
  text: string;
}

interface Size {
  width: number;
  height: number;
}

export type NoteNode = Node<NoteData, 'note'>;

/** Written in place: a click beside it or Escape keeps what was written. */
function Writing({ data }: { data: NoteData }) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const [text, setText] = useState(data.text);
  const words = useLastWords((written) => commands.writeNote(data.id, written));
  return (
    <textarea
      ref={takeFocus}
      aria-label={t('note.label')}
      className="nodrag nowheel size-full resize-none bg-transparent px-3 py-2 outline-none"
      value={text}
      onChange={({ target }) => {
        words.write(target.value);
        setText(target.value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      onBlur={() => {
        ui.setState({ writing: null });
        words.end();
      }}
    />
  );
}

interface CornerProps {
  size: Size;
  /** The size while it is being dragged; null: it is dropped or given up. */
  onSize: (size: Size | null) => void;
  onDone: (size: Size) => void;
}

/** The lower right corner, by which a note is made larger or smaller; by keys it is Ctrl, Shift and the arrows. */
function Corner({ size, onSize, onDone }: CornerProps) {
  const { t } = useTranslation('editor');
  const { getZoom } = useReactFlow();
  const from = useRef<{ x: number; y: number } | null>(null);
  const sizeAt = ({ clientX, clientY }: PointerEvent): Size => {
    const { x, y } = from.current ?? { x: clientX, y: clientY };
    return {
      width: Math.max(LEAST_NOTE.width, size.width + (clientX - x) / getZoom()),
      height: Math.max(LEAST_NOTE.height, size.height + (clientY - y) / getZoom()),
    };
  };
  return (
    <span
      className="note-handle nodrag nopan"
      title={t('note.resize')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={(event) => {
        if (from.current !== null) onSize(sizeAt(event));
      }}
      onPointerUp={(event) => {
        if (from.current !== null) onDone(sizeAt(event));
        from.current = null;
        onSize(null);
      }}
      onPointerCancel={() => {
        from.current = null;
        onSize(null);
      }}
    />
  );
}

function NoteNodeInner({ data, selected, width = 0, height = 0 }: NodeProps<NoteNode>) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const isWriting = useUi((state) => state.writing === data.id);
  // Dragged larger, it reaches beyond its own box until it is dropped.
  const [dragged, setDragged] = useState<Size | null>(null);
  return (
    <div
      style={dragged ?? { width, height }}
      className={cn('note relative rounded-lg', selected && 'selected')}
    >
      {isWriting ? (
        <Writing data={data} />
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className="flex size-full items-start overflow-hidden whitespace-pre-wrap break-words px-3 py-2 text-left"
          onDoubleClick={() => !isReadOnly && ui.setState({ writing: data.id })}
        >
          {data.text === '' ? <span className="opacity-60">{t('note.empty')}</span> : data.text}
        </button>
      )}
      {selected && !isReadOnly && (
        <Corner
          size={{ width, height }}
          onSize={setDragged}
          onDone={(size) => commands.resizeNote(data.id, size)}
        />
      )}
    </div>
  );
}

export const NoteCard = memo(NoteNodeInner);
