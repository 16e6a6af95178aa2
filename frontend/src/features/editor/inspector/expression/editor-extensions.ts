import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { segmentsOf } from '../model/templates';

const pill = Decoration.mark({ class: 'cm-pill' });

function pillsOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { kind, source, from } of segmentsOf(view.state.doc.toString()))
    if (kind === 'expression') builder.add(from, from + source.length, pill);
  return builder.finish();
}

/** Draws every `{{ … }}` as a pill. */
export const pills: Extension = ViewPlugin.define(
  (view) => ({
    drawn: pillsOf(view),
    update(update: ViewUpdate) {
      if (update.docChanged) this.drawn = pillsOf(update.view);
    },
  }),
  { decorations: ({ drawn }) => drawn },
);

/** Marks where an expression is wrong; null: nowhere. */
export const markFault = StateEffect.define<{ from: number; to: number } | null>();

const fault = Decoration.mark({ class: 'cm-fault' });

export const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(markFault)) continue;
      const length = transaction.newDoc.length;
      const from = Math.min(effect.value?.from ?? 0, Math.max(0, length - 1));
      const to = Math.min(Math.max(effect.value?.to ?? 0, from + 1), length);
      if (effect.value === null || to <= from) return Decoration.none;
      return Decoration.set([fault.range(from, to)]);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Our tokens; the sheet of the page knows them in both themes. */
export const looks: Extension = [
  EditorView.theme({
    '&': { fontSize: '12px', backgroundColor: 'transparent' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': {
      fontFamily: 'var(--font-mono)',
      lineHeight: '20px',
      fontVariantLigatures: 'none',
    },
    '.cm-content': { padding: '5px 0', caretColor: 'var(--fg)' },
    '.cm-line': { padding: '0 12px' },
    '.cm-placeholder': { color: 'var(--fg-3)' },
    '.cm-pill': {
      backgroundColor: 'var(--accent-soft)',
      color: 'var(--accent)',
      borderRadius: '4px',
    },
    '.cm-fault': { textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px' },
    '.cm-cursor': { borderLeftColor: 'var(--fg)' },
    '.cm-dropCursor': { borderLeft: '2px solid var(--accent)' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--fg-3)', border: 'none' },
    '.cm-tooltip': {
      backgroundColor: 'var(--raised)',
      border: '1px solid var(--line)',
      borderRadius: '8px',
      boxShadow: 'var(--shadow-2)',
      overflow: 'hidden',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': {
      fontFamily: 'var(--font-mono)',
      maxHeight: '240px',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '20px' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--accent-soft)',
      color: 'var(--fg)',
    },
    '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
    '.cm-completionDetail': { color: 'var(--fg-3)', fontStyle: 'normal', marginLeft: '8px' },
    '.cm-completionInfo': {
      padding: '8px 10px',
      maxWidth: '300px',
      color: 'var(--fg-2)',
      overflowWrap: 'anywhere',
    },
    '.cm-completionInfo div + div': { marginTop: '4px', fontFamily: 'var(--font-mono)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--accent)' },
      { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--ok)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--run)' },
      { tag: [tags.comment], color: 'var(--fg-3)' },
      {
        tag: [tags.function(tags.variableName), tags.definition(tags.variableName)],
        color: 'var(--fg)',
      },
    ]),
  ),
];
