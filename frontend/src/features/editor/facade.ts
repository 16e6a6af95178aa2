export { EditorProvider, useEditor, useEditorActions, useEditorNow } from './provider';
