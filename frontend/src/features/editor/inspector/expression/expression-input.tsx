import { useCallback, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { cn } from '@/lib/cn';
import { BOX, useFieldParts } from '../form/parts';
import { whenReleased } from '../form/pointer';
import { droppedPath, mayHoldPath, useTargets } from '../form/target';
import { insertion, type Path } from '../model/paths';
import { EditorHost } from './editor-host';
import type { ExpressionInputProps } from './input-props';
import { useKnown } from './known-context';
import { useMount } from './load';
import type { Mounted } from './mount';
import { RestView } from './rest-view';

/**
 * A text with expressions. At rest it is a plain box with pills; the editor is put in its place when it is entered, and
 * a text area while that is being fetched.
 */
export function ExpressionInput(props: ExpressionInputProps) {
  const { value, mode, placeholder = '', language = '', className } = props;
  const { takesSecrets = false, isEntered = false, onChange } = props;
  const { label, isReadOnly, wiring } = useFieldParts();
  const id = useId();
  const known = useKnown(takesSecrets);
  const [isOpen, setOpen] = useState(isEntered);
  const { mount, load } = useMount();
  const editor = useRef<Mounted | null>(null);
  const caret = useRef<number | null>(null);
  const now = useRef(props);
  useEffect(() => {
    now.current = props;
  });

  const insert = (path: Path): void => {
    if (editor.current !== null) {
      editor.current.insert(path);
      return;
    }
    const { value: text, onChange: change } = now.current;
    const at = Math.min(caret.current ?? text.length, text.length);
    const added = insertion(mode, text, at, path);
    caret.current = at + added.length;
    change(text.slice(0, at) + added + text.slice(at));
  };

  const entered = (): void => {
    load();
    useTargets.getState().enter({ id, label, insert });
    props.onFocus?.();
  };
  const enter = (): void => {
    setOpen(true);
    entered();
  };
  const leave = (): void =>
    whenReleased(() => {
      // What was dropped into it has brought the focus back.
      if (editor.current?.hasFocus() === true) return;
      setOpen(false);
      now.current.onBlur?.();
    });

  useEffect(() => () => useTargets.getState().leave(id), [id]);

  const start = useEffectEvent(() => isEntered && entered());
  useEffect(() => {
    start();
  }, []);
  // Once: at each key it would take the focus from wherever that has gone.
  const focus = useCallback((area: HTMLTextAreaElement | null) => {
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);

  if (isOpen && mount !== null) {
    return (
      <EditorHost
        // What cannot be changed in a mounted editor makes it anew.
        key={`${mode} ${language}`}
        mount={mount}
        input={props}
        wiring={wiring}
        isReadOnly={isReadOnly}
        known={known}
        caret={caret}
        editor={editor}
        onLeave={leave}
      />
    );
  }
  if (isOpen) {
    return (
      <textarea
        {...wiring}
        ref={focus}
        value={value}
        readOnly={isReadOnly}
        spellCheck={false}
        onChange={(event) => {
          caret.current = event.target.selectionEnd;
          onChange(event.target.value);
        }}
        onBlur={leave}
        rows={Math.min(12, value.split('\n').length)}
        className={cn(
          BOX,
          'field-sizing-content block resize-none px-3 py-[5px] font-mono text-xs leading-5',
          className,
        )}
      />
    );
  }
  return (
    <RestView
      {...wiring}
      role="textbox"
      aria-multiline
      aria-readonly={isReadOnly || undefined}
      tabIndex={0}
      value={value}
      mode={mode}
      ghost={placeholder}
      className={className}
      onPointerEnter={load}
      onFocus={enter}
      onDragOver={(event) => {
        if (!isReadOnly && mayHoldPath(event.dataTransfer)) event.preventDefault();
      }}
      onDrop={(event) => {
        const path = isReadOnly ? null : droppedPath(event.dataTransfer);
        if (path === null) return;
        event.preventDefault();
        caret.current = null;
        insert(path);
      }}
    />
  );
}
