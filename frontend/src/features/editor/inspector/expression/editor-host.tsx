import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { cn } from '@/lib/cn';
import { useForm } from '../form/form';
import { BOX, type Wiring } from '../form/parts';
import type { Known } from '../model/known';
import type { ExpressionInputProps } from './input-props';
import type { Mount } from './load';
import type { Mounted } from './mount';

/** How long letters may be on their way to the document and back. */
const ECHO_MS = 1000;

interface EditorHostProps {
  mount: Mount;
  input: ExpressionInputProps;
  wiring: Wiring;
  isReadOnly: boolean;
  known: Known;
  /** Where the caret stands, also after the editor has gone. */
  caret: RefObject<number | null>;
  editor: RefObject<Mounted | null>;
  onLeave: () => void;
}

/** The element that an editor lives in. It is mounted once and then told what has changed, so that its caret stays. */
export function EditorHost(props: EditorHostProps) {
  const { mount, input, wiring, editor } = props;
  const host = useRef<HTMLDivElement>(null);
  // What was written and has not come back as the value yet, the newest last.
  const written = useRef<string[]>([]);
  const form = useForm();
  const now = useRef({ ...props, form });
  useEffect(() => {
    now.current = { ...props, form };
  });

  // In the moment in which it takes a field's place: between the two a key would be lost.
  useLayoutEffect(() => {
    const { input: first, caret, editor: held, isReadOnly } = now.current;
    if (host.current === null) return undefined;
    const mounted = mount({
      parent: host.current,
      mode: first.mode,
      value: first.value,
      caret: caret.current ?? first.value.length,
      placeholder: first.placeholder ?? '',
      isReadOnly,
      language: first.language ?? '',
      look: () => now.current.known,
      onChange: (text) => {
        written.current.push(text);
        now.current.input.onChange(text);
      },
      onCaret: (at) => {
        now.current.caret.current = at;
      },
      undo: () => now.current.form.undo(),
      redo: () => now.current.form.redo(),
      // A window that loses the focus keeps its place; an editor that has gone has none to leave.
      onBlur: () =>
        queueMicrotask(() => {
          const isThere = held.current === mounted;
          if (isThere && !host.current?.contains(document.activeElement)) now.current.onLeave();
        }),
    });
    held.current = mounted;
    mounted.focus();
    return () => {
      held.current = null;
      mounted.destroy();
    };
  }, [mount]);

  const { value, fault = null } = input;
  const described = JSON.stringify(wiring);
  // An echo of what stands there no more is not shown: on a busy machine the next letters have been written by then. But
  // if it stays the value, it is what the document says: somebody has taken the letters back.
  useEffect(() => {
    const show = (): void => {
      written.current = [];
      editor.current?.show(value);
    };
    const at = written.current.indexOf(value);
    if (at === -1 || at === written.current.length - 1) {
      show();
      return undefined;
    }
    written.current = written.current.slice(at + 1);
    const waiting = setTimeout(show, ECHO_MS);
    return () => clearTimeout(waiting);
  }, [editor, value]);
  useEffect(() => editor.current?.mark(fault), [editor, fault]);
  useEffect(
    () => editor.current?.describe(JSON.parse(described) as Record<string, string>),
    [editor, described],
  );
  return (
    <div
      ref={host}
      data-invalid={wiring['aria-invalid']}
      className={cn(BOX, 'overflow-hidden focus-within:border-accent', input.className)}
    />
  );
}
