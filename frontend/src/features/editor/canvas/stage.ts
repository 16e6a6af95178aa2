import type { ReactFlowInstance } from '@xyflow/react';
import type { TFunction } from 'i18next';
import { apply } from '@/engine/edits/apply';
import { settled } from '@/engine/edits/arrangement';
import type { Operation, RawDocument } from '@/engine/edits/operations';
import type { Positions } from '@/engine/positions';
import type { Catalogue } from '../catalogue';
import type { EditOptions, EditorActions, EditorState } from '../state';
import type { FlowNode } from './flow-nodes';
import type { Ui } from './ui';

export interface Known {
  catalogue: Catalogue;
  positions: Positions;
  /** Where those stand that the document gives no place. */
  strays: Positions;
  flow: ReactFlowInstance<FlowNode> | null;
  /** What the canvas is drawn in. */
  frame: HTMLElement | null;
  /** Brings a node into view and gives it the focus. */
  focus: (id: string) => void;
  /** Gives the focus back to the canvas, or to the outline. */
  focusCanvas: () => void;
  /** Brings a node into view. */
  show: (id: string) => void;
  /** Shows the whole graph. */
  fit: () => void;
}

/** What commands work on. All of it is asked for at the moment of the command, so commands are made once. */
export interface Stage {
  ui: Ui;
  now: () => EditorState;
  actions: EditorActions;
  t: TFunction<['editor', 'common']>;
  /** What changes while the editor is open. */
  known: Readonly<Known>;
  learn: (news: Partial<Known>) => void;
}

/** Says what happened to those who do not see it. */
export const say = (stage: Stage, words: string): void => stage.ui.setState({ said: words });

/** The chosen nodes that are there, in the document's order. */
export function chosenNodes({ now }: Stage): string[] {
  const { selection, document } = now();
  if (selection.size === 0) return [];
  return document.nodes.flatMap(({ id }) => (selection.has(id) ? [id] : []));
}

export const nameOf = ({ now }: Stage, id: string): string =>
  now().document.nodes.find((node) => node.id === id)?.name ?? id;

/**
 * Does what `build` makes of the document as one undo step. Nodes without a place are given theirs first: what is built
 * stands relative to them, and a layout made again would move them.
 */
export function act(
  stage: Stage,
  build: (raw: RawDocument) => readonly Operation[],
  label: string,
  options?: EditOptions,
): boolean {
  const { raw, workflow, isReadOnly } = stage.now();
  if (isReadOnly) return false;
  const first = settled(raw, stage.known.strays);
  const draft = { name: workflow.name, description: workflow.description, definition: raw };
  const placed = first.length === 0 ? null : apply(draft, first);
  const start = placed?.ok === true ? placed.draft.definition : raw;
  const operations = build(start);
  if (operations.length === 0) return false;
  const all = placed?.ok === true ? [...first, ...operations] : operations;
  const isDone = stage.actions.edit(all, label, options);
  if (isDone) say(stage, label);
  return isDone;
}
