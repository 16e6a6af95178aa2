import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { useMayWith } from '@/features/workflows/facade';
import { createEditor } from './editor';
import type { EditorActions, EditorState, Workflow } from './state';

interface Editor {
  readonly store: StoreApi<EditorState>;
  readonly actions: EditorActions;
}

const EditorContext = createContext<Editor | null>(null);

/** Holds the editor of one workflow. Give it the workflow's id as key. */
export function EditorProvider({
  workflow,
  children,
}: {
  workflow: Workflow;
  children: ReactNode;
}) {
  const isReadOnly = !useMayWith(workflow, 'workflow.update');
  const [editor] = useState(() => createEditor(workflow, isReadOnly));
  useEffect(() => editor.store.setState({ isReadOnly }), [editor, isReadOnly]);
  useEffect(() => editor.actions.heard(workflow), [editor, workflow]);
  useEffect(() => editor.watch(), [editor]);
  return <EditorContext value={editor}>{children}</EditorContext>;
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

/** The state at this moment, for handlers that need not be made anew with every change. */
export function useEditorNow(): () => EditorState {
  const { store } = useHeld();
  return store.getState;
}
