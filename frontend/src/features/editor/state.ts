import type { WorkflowDocument } from '@/engine/document';
import type { Operation, RawDocument } from '@/engine/edits/operations';
import type { Neighbours } from '@/engine/graph';
import type { SchemaProblemOut, SchemaWorkflowOut } from '@/generated/api';

export type Workflow = SchemaWorkflowOut;
export type Problem = SchemaProblemOut;

/**
 * `waiting`: there is something to save. `offline`: the server does not answer, it is tried again. `signed_out`: nothing is
 * saved before the person signs in again. `refused`: the server does not take it; `message` says why.
 */
export type SaveStatus = 'saved' | 'waiting' | 'saving' | 'offline' | 'signed_out' | 'refused';

export interface Save {
  readonly status: SaveStatus;
  /** When the server last confirmed; null: not since the page was opened. */
  readonly savedAt: number | null;
  readonly message: string | null;
}

export interface EditorState {
  /** The workflow as the server last told it, with name, description and document as they are here. */
  readonly workflow: Workflow;
  readonly raw: RawDocument;
  /** What is drawn of the document. What an edit does not touch stays the same object. */
  readonly document: WorkflowDocument;
  readonly neighbours: ReadonlyMap<string, Neighbours>;
  /** The newest revision that the server has confirmed. */
  readonly revision: number;
  /** Ids of nodes, edges and notes. */
  readonly selection: ReadonlySet<string>;
  /** What the server found wrong at the last save. */
  readonly problems: readonly Problem[];
  readonly save: Save;
  /** The person may look only; edits are not taken. */
  readonly isReadOnly: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** What the next undo takes back, such as "move 3 nodes"; "" where there is none. */
  readonly undoLabel: string;
  readonly redoLabel: string;
}

export interface EditOptions {
  /** Edits with the same key that follow within a second are one undo. */
  readonly coalesce?: string;
}

/** `toggle`: what is selected is not afterwards, and the other way round. */
export type SelectMode = 'set' | 'add' | 'toggle';

export interface EditorActions {
  /** Does the operations as one undo step; false: they do not fit the document, and nothing was done. */
  readonly edit: (
    operations: readonly Operation[],
    label: string,
    options?: EditOptions,
  ) => boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly select: (ids: Iterable<string>, mode?: SelectMode) => void;
  /** Saves what waits. Resolves once the server has all of it; rejects with the reason where it has not. */
  readonly flush: () => Promise<void>;
  /** Tells the store of the workflow as it was just read, such as after publishing. */
  readonly heard: (workflow: Workflow) => void;
}
