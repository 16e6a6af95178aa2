import { ViewportPortal } from '@xyflow/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CARD_WIDTH } from '@/engine/positions';
import { useEditor } from '../provider';
import { useScene } from './canvas-provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUi, useUiStore } from './ui';

interface NameFieldProps {
  id: string;
  className: string;
}

/** A node's name, being written. Escape leaves it as it was. */
export function NameField({ id, className }: NameFieldProps) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const name = useEditor((state) => state.document.nodes.find((node) => node.id === id)?.name);
  const [text, setText] = useState(name ?? '');
  const leave = (): void => {
    ui.setState({ renaming: null });
    commands.focusNode(id);
  };
  return (
    <input
      ref={takeFocus}
      aria-label={t('rename')}
      value={text}
      maxLength={255}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') leave();
        if (event.key !== 'Enter') return;
        commands.rename(id, text);
        leave();
      }}
      onBlur={() => {
        if (ui.getState().renaming === id) commands.rename(id, text);
      }}
      className={className}
    />
  );
}

/** Over the card whose name is being written. */
export function RenameField() {
  const id = useUi((state) => state.renaming);
  const { placed } = useScene();
  const place = id === null ? undefined : placed.positions.get(id);
  if (id === null || place === undefined) return null;
  return (
    <ViewportPortal>
      <div
        className="nopan absolute z-10"
        style={{
          transform: `translate(${place.x + 50}px, ${place.y + 8}px)`,
          width: CARD_WIDTH - 58,
          pointerEvents: 'all',
        }}
      >
        <NameField
          key={id}
          id={id}
          className="h-6 w-full rounded-sm border border-accent bg-panel px-1 font-medium shadow-2 outline-none"
        />
      </div>
    </ViewportPortal>
  );
}
