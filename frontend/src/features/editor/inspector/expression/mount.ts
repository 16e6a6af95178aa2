import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { standardKeymap } from '@codemirror/commands';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  dropCursor,
  EditorView,
  placeholder as ghost,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { getNonce } from 'get-nonce';
import { droppedPath } from '../form/target';
import type { Known } from '../model/known';
import { insertion, type Mode, type Path } from '../model/paths';
import { completing, type FunctionDoc } from './completion';
import { faults, looks, markFault, pills } from './editor-extensions';
import { languageOf } from './languages';

/** The functions come beside the editor: who writes a first letter does not wait for them. */
let functions: readonly FunctionDoc[] = [];
import('@/generated/functions.json').then(
  (found) => {
    functions = found.default;
  },
  () => undefined,
);

interface MountOptions {
  parent: HTMLElement;
  mode: Mode;
  value: string;
  /** Where the caret stands at first. */
  caret: number;
  placeholder: string;
  isReadOnly: boolean;
  /** Of a script. */
  language: string;
  look: () => Known;
  onChange: (value: string) => void;
  onCaret: (caret: number) => void;
  onBlur: () => void;
  undo: () => void;
  redo: () => void;
}

export interface Mounted {
  /** Shows a value that came from elsewhere; what did not change keeps its caret. */
  show: (value: string) => void;
  /** Names and describes it, as attributes of what is focused. */
  describe: (attributes: Record<string, string>) => void;
  mark: (range: { from: number; to: number } | null) => void;
  insert: (path: Path) => void;
  focus: () => void;
  hasFocus: () => boolean;
  destroy: () => void;
}

/** The smallest change that makes one text of another. */
function changeTo(old: string, next: string): { from: number; to: number; insert: string } {
  let from = 0;
  while (from < old.length && from < next.length && old[from] === next[from]) from += 1;
  let tail = 0;
  const most = Math.min(old.length, next.length) - from;
  while (tail < most && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  return { from, to: old.length - tail, insert: next.slice(from, next.length - tail) };
}

function write(view: EditorView, mode: Mode, path: Path, from: number, to: number): void {
  const text = insertion(mode, view.state.doc.toString(), from, path);
  view.dispatch({
    changes: { from, to, insert: text },
    selection: { anchor: from + text.length },
    userEvent: 'input.drop',
    scrollIntoView: true,
  });
}

/** Undo is the document's and not the field's, so there is no history here. */
function behaviour(options: MountOptions): Extension {
  const { mode, look, onChange, onCaret, onBlur } = options;
  return [
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.isUserEvent('show')))
        onChange(update.state.doc.toString());
      if (update.selectionSet || update.docChanged) onCaret(update.state.selection.main.head);
    }),
    EditorView.domEventHandlers({
      blur: () => onBlur(),
      drop: (event, view) => {
        const path = event.dataTransfer === null ? null : droppedPath(event.dataTransfer);
        if (path === null) return false;
        const at =
          view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
        write(view, mode, path, at, at);
        view.focus();
        return true;
      },
    }),
    autocompletion({
      override: [completing(mode, look, () => functions)],
      icons: false,
      closeOnBlur: true,
    }),
    mode === 'code' ? lineNumbers() : [],
    mode === 'code' || mode === 'expression' ? [] : pills,
  ];
}

function done(act: () => void): boolean {
  act();
  return true;
}

/** Puts an editor into an element. Tab leaves it, as it leaves every field. */
export function mount(options: MountOptions): Mounted {
  const { parent, mode, value, placeholder, isReadOnly, language } = options;
  const attributes = new Compartment();
  const grammar = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: value,
      selection: { anchor: Math.min(options.caret, value.length) },
      extensions: [
        EditorView.cspNonce.of(getNonce() ?? ''),
        Prec.high(behaviour(options)),
        keymap.of([
          {
            key: 'Mod-z',
            run: () => done(options.undo),
            shift: () => done(options.redo),
            preventDefault: true,
          },
          { key: 'Mod-y', run: () => done(options.redo), preventDefault: true },
          ...completionKeymap,
          ...standardKeymap,
        ]),
        drawSelection(),
        dropCursor(),
        EditorView.lineWrapping,
        ghost(placeholder),
        EditorState.readOnly.of(isReadOnly),
        faults,
        looks,
        attributes.of([]),
        grammar.of([]),
      ],
    }),
  });
  if (mode === 'code')
    languageOf(language).then(
      (loaded) => view.dispatch({ effects: grammar.reconfigure(loaded) }),
      // A script can be written without its colours.
      () => undefined,
    );
  return {
    show: (next) => {
      const old = view.state.doc.toString();
      if (old !== next) view.dispatch({ changes: changeTo(old, next), userEvent: 'show' });
    },
    describe: (next) =>
      view.dispatch({ effects: attributes.reconfigure(EditorView.contentAttributes.of(next)) }),
    mark: (range) => view.dispatch({ effects: markFault.of(range) }),
    insert: (path) => {
      const { from, to } = view.state.selection.main;
      write(view, mode, path, from, to);
      view.focus();
    },
    focus: () => view.focus(),
    hasFocus: () => view.hasFocus,
    destroy: () => view.destroy(),
  };
}
