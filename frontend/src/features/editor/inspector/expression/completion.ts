import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { stringAround } from '../model/json-text';
import { type Known, kindName, knownAt, partsOf, sampleOf } from '../model/known';
import { type Mode, readPath, written } from '../model/paths';
import { openedBefore } from '../model/templates';

/** A function as completion shows it. */
export interface FunctionDoc {
  name: string;
  signature: string;
  doc: string;
  example: string;
  takes: string;
  is_method: boolean;
}

/** The unfinished path before the caret, and where it begins. */
const PATH = /[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*\.?$/;

/** The text of the expression before the caret; null where the caret stands in plain text. */
export function expressionBefore(mode: Mode, source: string, caret: number): string | null {
  if (mode === 'expression') return source.slice(0, caret);
  // An apostrophe in a comment above opens no string here.
  if (mode === 'code') return source.slice(source.lastIndexOf('\n', caret - 1) + 1, caret);
  const around = mode === 'json' ? stringAround(source, caret) : { text: source, at: caret };
  const start = around === null ? -1 : openedBefore(around.text, around.at);
  return around === null || start === -1 ? null : around.text.slice(start, around.at);
}

/** Whether the end of the text lies inside of a string of the expression. */
function isQuoted(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quote !== '') at += 1;
    else if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return quote !== '';
}

function infoOf(lines: readonly string[]): () => Node {
  return () => {
    const box = document.createElement('div');
    for (const line of lines.filter(Boolean)) {
      const row = document.createElement('div');
      row.textContent = line;
      box.append(row);
    }
    return box;
  };
}

const described = ({ name, signature, doc, example }: FunctionDoc, boost: number): Completion => ({
  label: name,
  detail: signature.slice(signature.indexOf('(')),
  type: 'function',
  info: infoOf([doc, example]),
  apply: (view, _, from, to) => {
    const isCalled = view.state.sliceDoc(to, to + 1) === '(';
    view.dispatch({
      changes: { from, to, insert: isCalled ? name : `${name}()` },
      selection: { anchor: from + name.length + 1 },
    });
  },
  boost,
});

const KIND_OF: Readonly<Record<string, string>> = {
  text: 'text',
  list: 'list',
  object: 'object',
  number: 'number',
};

/** The functions that may be called on a value of a kind; of an unknown kind all that take one. */
function methodsOf(functions: readonly FunctionDoc[], kind: string): Completion[] {
  const takes = ({ takes: taken, is_method: isMethod }: FunctionDoc): boolean => {
    if (isMethod) return kind === '' || kind.includes('list');
    if (taken === '') return false;
    if (taken === 'any' || kind === '') return true;
    return taken.split('|').some((one) => kind.includes(KIND_OF[one] ?? one));
  };
  return functions.filter(takes).map((one) => described(one, -10));
}

/** How a part is written behind its parent: ".name" after a dot, `["first name"]` in the dot's place. */
function optionOf(
  parent: readonly (string | number)[],
  part: string | number,
  known: Known,
  quote: (text: string) => string,
): Completion {
  const before = written(parent);
  const behind = quote(written([...parent, part]).slice(before.length));
  const sample = sampleOf(known);
  return {
    label: String(part),
    detail: known.title ?? kindName(known),
    type: 'property',
    ...(sample === '' ? {} : { info: infoOf([sample]) }),
    apply: (view, _, from, to) => {
      const isDotted = behind.startsWith('.');
      const start = isDotted ? from : from - 1;
      const insert = isDotted ? behind.slice(1) : behind;
      view.dispatch({
        changes: { from: start, to, insert },
        selection: { anchor: start + insert.length },
      });
    },
  };
}

/** What can be written at the end of an expression: parts of a path, or roots and functions. */
export function completionsAt(
  text: string,
  roots: Known,
  mode: Mode,
  functions: readonly FunctionDoc[],
): { typed: string; options: Completion[] } | null {
  if (isQuoted(text)) return null;
  const quote = (written_: string): string =>
    mode === 'json' ? JSON.stringify(written_).slice(1, -1) : written_;
  const found = PATH.exec(text)?.[0] ?? '';
  const cut = found.lastIndexOf('.');
  if (cut === -1) {
    if (found.includes('[')) return null;
    const named = partsOf(roots).map(({ part, known }): Completion => {
      return { label: String(part), detail: known.title ?? '', type: 'variable', boost: 10 };
    });
    const called = functions.filter(({ is_method: isMethod }) => !isMethod);
    return {
      typed: found,
      options: mode === 'code' ? [] : [...named, ...called.map((one) => described(one, 0))],
    };
  }
  const path = readPath(found.slice(0, cut));
  const scripted = mode === 'code' && path !== null && (path[0] === 'ctx' || path[0] === 'context');
  if (path === null || (mode === 'code' && !scripted)) return null;
  const known = knownAt(roots, scripted ? path.slice(1) : path);
  const parts = known === null ? [] : partsOf(known);
  const options = parts.map(({ part, known: inner }) => optionOf(path, part, inner, quote));
  const methods =
    mode === 'code' || path.length === 0
      ? []
      : methodsOf(functions, known === null ? '' : kindName(known));
  return { typed: found.slice(cut + 1), options: [...options, ...methods] };
}

/** CodeMirror's source of completions; `look` and `functions` give what is known at the moment. */
export const completing =
  (mode: Mode, look: () => Known, functions: () => readonly FunctionDoc[]) =>
  (context: CompletionContext): CompletionResult | null => {
    const text = expressionBefore(mode, context.state.doc.toString(), context.pos);
    if (text === null) return null;
    const found = completionsAt(text, look(), mode, functions());
    if (found === null || found.options.length === 0) return null;
    const isDotted = text.slice(0, text.length - found.typed.length).endsWith('.');
    if (found.typed === '' && !isDotted && !context.explicit && !/\{\{\s*$/.test(`{{${text}`))
      return null;
    return { from: context.pos - found.typed.length, options: found.options, validFor: /^[\w-]*$/ };
  };
