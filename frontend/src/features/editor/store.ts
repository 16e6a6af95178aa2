import { createStore, type StoreApi } from 'zustand/vanilla';
import { fitting } from '@/engine/edits/fitting';
import {
  backOf,
  extended,
  type History,
  joinsLast,
  NO_HISTORY,
  recorded,
  type Step,
} from '@/engine/edits/history';
import { normalised } from '@/engine/edits/normalised';
import { type Draft, hasId, isJsonObject, type Operation } from '@/engine/edits/operations';
import { added, emptyQueue, lastTwoJoined, type Queue } from '@/engine/edits/queue';
import { type ReadForm, readForm } from '@/engine/edits/read-form';
import type { EditOptions, EditorActions, EditorState, SelectMode, Workflow } from './state';

export const draftOf = ({ name, description, definition }: Workflow): Draft => ({
  name,
  description,
  definition: normalised(definition),
});

/** What of the store is set from outside: the rest follows from it. */
type Facts = Pick<EditorState, 'workflow' | 'selection' | 'problems' | 'save' | 'isReadOnly'>;

/** The editor of one workflow: its state, and the two things that the state is made of. */
export interface Core {
  readonly store: StoreApi<EditorState>;
  queue(): Queue;
  history(): History;
  /** Shows another queue, and with it another history or other facts. */
  show(queue: Queue, history?: History, facts?: Partial<Facts>): void;
}

const labelOf = (steps: readonly Step[]): string => steps.at(-1)?.label ?? '';

function stateOf(queue: Queue, history: History, form: ReadForm, facts: Facts): EditorState {
  const { name, description, definition } = queue.shown;
  const { workflow } = facts;
  const isSame =
    workflow.name === name &&
    workflow.description === description &&
    workflow.definition === definition;
  return {
    ...facts,
    ...form,
    workflow: isSame ? workflow : { ...workflow, name, description, definition },
    raw: definition,
    revision: queue.revision,
    canUndo: history.undo.length > 0,
    canRedo: history.redo.length > 0,
    undoLabel: labelOf(history.undo),
    redoLabel: labelOf(history.redo),
  };
}

/** What is selected and still there. */
function leftOf(selection: ReadonlySet<string>, queue: Queue): ReadonlySet<string> {
  if (selection.size === 0) return selection;
  const { nodes, edges, editor } = queue.shown.definition;
  const drawn = isJsonObject(editor) ? [editor.notes, editor.groups].filter(isJsonObject) : [];
  const ids = new Set([
    ...[...nodes, ...edges].filter(hasId).map(({ id }) => id),
    ...drawn.flatMap((things) => Object.keys(things)),
  ]);
  const left = [...selection].filter((id) => ids.has(id));
  return left.length === selection.size ? selection : new Set(left);
}

export function createCore(workflow: Workflow, isReadOnly: boolean): Core {
  let queue = emptyQueue(draftOf(workflow), workflow.draft_revision);
  let history = NO_HISTORY;
  let form = readForm(queue.shown.definition);
  const save = { status: 'saved', savedAt: null, message: null } as const;
  const facts = { workflow, selection: new Set<string>(), problems: workflow.problems, save };
  const store = createStore<EditorState>(() =>
    stateOf(queue, history, form, { ...facts, isReadOnly }),
  );
  return {
    store,
    queue: () => queue,
    history: () => history,
    show: (nextQueue, nextHistory = history, changed = {}) => {
      const isRedrawn = nextQueue.shown.definition !== queue.shown.definition;
      queue = nextQueue;
      history = nextHistory;
      if (isRedrawn) form = readForm(queue.shown.definition, form);
      const all = { ...store.getState(), ...changed };
      const selection = isRedrawn ? leftOf(all.selection, queue) : all.selection;
      store.setState(stateOf(queue, history, form, { ...all, selection }));
    },
  };
}

function selected(
  before: ReadonlySet<string>,
  ids: Iterable<string>,
  mode: SelectMode,
): ReadonlySet<string> {
  const after = new Set(mode === 'set' ? [] : before);
  for (const id of ids) {
    if (mode === 'toggle' && before.has(id)) after.delete(id);
    else after.add(id);
  }
  const isSame = after.size === before.size && [...after].every((id) => before.has(id));
  return isSame ? before : after;
}

/** The history with an edit of this moment, and the queue in which a drag or a typed word is one entry. */
function withEdit(
  core: Core,
  operations: readonly Operation[],
  label: string,
  key: string | null,
): { queue: Queue; history: History } | null {
  const now = Date.now();
  const history = core.history();
  const result = added(core.queue(), operations);
  if (!result.ok) return null;
  const { queue, entries } = result;
  if (!joinsLast(history, key, now))
    return { queue, history: recorded(history, { label, key, at: now, entries }) };
  const last = history.undo.at(-1)?.entries.at(-1);
  const both = queue.pending.at(-2)?.id === last?.id ? lastTwoJoined(queue) : null;
  if (both === null || entries.length > 1)
    return { queue, history: extended(history, entries, now, false) };
  return { queue: both.queue, history: extended(history, [both.entry], now, true) };
}

type Direction = 'undo' | 'redo';

/** Takes back the last step of one list and puts what would take that back on the other; null: nothing of it fits any more. */
function withStepBack(core: Core, from: Direction): { queue: Queue; history: History } | null {
  const history = core.history();
  const step = history[from].at(-1);
  if (step === undefined) return null;
  const left = history[from].slice(0, -1);
  const operations = fitting(core.queue().shown, backOf(step));
  const result = added(core.queue(), operations);
  const done = result.ok ? [{ ...step, key: null, entries: result.entries }] : [];
  const to: Direction = from === 'undo' ? 'redo' : 'undo';
  return {
    queue: result.ok ? result.queue : core.queue(),
    history: {
      ...history,
      [from]: left,
      [to]: operations.length === 0 ? history[to] : [...history[to], ...done],
    },
  };
}

/** What people do in the editor. `onEdit` is told whenever there is something to save, `onMisfit` of what does not fit. */
export function makeActions(
  core: Core,
  onEdit: () => void,
  onMisfit: () => void,
): Pick<EditorActions, 'edit' | 'undo' | 'redo' | 'select'> {
  const show = (next: { queue: Queue; history: History } | null): boolean => {
    if (next === null) return false;
    core.show(next.queue, next.history);
    onEdit();
    return true;
  };
  const stepBack = (from: Direction): void => {
    if (mayEdit()) show(withStepBack(core, from));
  };
  const mayEdit = (): boolean => !core.store.getState().isReadOnly;
  return {
    edit: (operations, label, { coalesce }: EditOptions = {}) => {
      if (operations.length === 0 || !mayEdit()) return false;
      const isDone = show(withEdit(core, operations, label, coalesce ?? null));
      if (!isDone) onMisfit();
      return isDone;
    },
    undo: () => stepBack('undo'),
    redo: () => stepBack('redo'),
    select: (ids, mode = 'set') => {
      const before = core.store.getState().selection;
      const selection = selected(before, ids, mode);
      if (selection !== before) core.store.setState({ selection });
    },
  };
}
