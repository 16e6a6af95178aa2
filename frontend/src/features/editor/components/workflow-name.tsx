import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { takeFocus } from '../canvas/take-focus';
import { useEditor, useEditorActions } from '../provider';

function Writing({ name, onDone }: { name: string; onDone: (name: string) => void }) {
  const { t } = useTranslation('editor');
  const [text, setText] = useState(name);
  return (
    <input
      ref={takeFocus}
      aria-label={t('rename_workflow')}
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone(name);
        if (event.key === 'Enter') onDone(text);
      }}
      onBlur={() => onDone(text)}
      className="h-7 w-64 min-w-0 rounded-md border border-accent bg-panel px-1.5 font-semibold outline-none"
    />
  );
}

/** The workflow's name, written where it stands. */
export function WorkflowName() {
  const { t } = useTranslation('editor');
  const name = useEditor((state) => state.workflow.name);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const actions = useEditorActions();
  const [before, setBefore] = useState<string | null>(null);
  const done = (text: string): void => {
    setBefore(null);
    const next = text.trim();
    // Whoever changed nothing takes nothing back that somebody else has changed meanwhile.
    if (next !== '' && next !== name && next !== before)
      actions.edit([{ op: 'workflow.patch', set: { name: next } }], t('did.rename_workflow'));
  };
  if (before !== null) return <Writing name={before} onDone={done} />;
  return (
    <h1 className="min-w-0 max-w-80 font-semibold" title={name}>
      {isReadOnly ? (
        <span className="block truncate">{name}</span>
      ) : (
        <button
          type="button"
          className="block max-w-full truncate rounded-md px-1.5 py-1 hover:bg-hover"
          aria-label={`${name}. ${t('did.rename_workflow')}`}
          onClick={() => setBefore(name)}
        >
          {name}
        </button>
      )}
    </h1>
  );
}
