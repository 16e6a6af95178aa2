import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMe } from '@/features/accounts/facade';
import { useMayWith, useRemembered } from '@/features/workflows/facade';
import { facts } from '@/lib/facts';
import { tell } from '@/lib/toast';
import { createEditor, type Editor } from './editor';
import { keeperOf } from './kept';
import { remoteOf } from './remote';
import type { EditorActions, EditorState, Workflow } from './state';

const EditorContext = createContext<Editor | null>(null);

interface EditorProps {
  workflow: Workflow;
  children: ReactNode;
}

function Held({ workflow, myId, children }: EditorProps & { myId: string }) {
  const { t } = useTranslation('saving');
  const isReadOnly = !useMayWith(workflow, 'workflow.update');
  const onSaved = useRemembered();
  const [editor] = useState(() =>
    createEditor(workflow, isReadOnly, {
      remote: remoteOf(workflow.id),
      keeper: keeperOf(`${facts.tenant?.slug ?? ''}.${workflow.id}.${myId}`),
      myId,
      words: t,
      say: tell,
      onSaved,
    }),
  );
  useEffect(() => editor.actions.heard(workflow), [editor, workflow]);
  useEffect(() => {
    editor.store.setState({ isReadOnly });
    return editor.watch();
  }, [editor, isReadOnly]);
  return <EditorContext value={editor}>{children}</EditorContext>;
}

/**
 * Holds the editor of one workflow. Give it the workflow's id as key. Edits belong to a person, so nothing is edited before
 * it is known who that is.
 */
export function EditorProvider(props: EditorProps) {
  const me = useMe().data;
  return me === undefined ? null : <Held key={me.id} myId={me.id} {...props} />;
}

function useHeld(): Editor {
  const editor = useContext(EditorContext);
  if (editor === null) throw new Error('The editor is used outside of EditorProvider.');
  return editor;
}

/** Something of the editor's state; drawn again only when that changes. */
export const useEditor = <Part,>(selector: (state: EditorState) => Part): Part =>
  useStore(useHeld().store, selector);

/** What people can do; always the same object. */
export const useEditorActions = (): EditorActions => useHeld().actions;

/** Whether the editor's page is still there, for what comes back to it later. */
export const useIsOpen = (): (() => boolean) => useHeld().isOpen;

/** The state at this moment, for handlers that need not be made anew with every change. */
export function useEditorNow(): () => EditorState {
  const { store } = useHeld();
  return store.getState;
}
