import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditor } from '../provider';
import { useCommands } from './commands-context';
import { takeFocus } from './take-focus';
import { useUiStore } from './ui';

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
