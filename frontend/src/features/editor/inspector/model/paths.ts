import { readJson } from '@/engine/json';
import { stringAround } from './json-text';
import { openedBefore } from './templates';

/** A path into what an expression reads: the root, then names and indexes. */
export type Path = readonly (string | number)[];

/** How a field is written: texts with expressions inside, one expression, JSON of such texts, or a script. */
export type Mode = 'template' | 'expression' | 'json' | 'code';

/** What may stand behind a dot: a hyphen belongs to the name only before a letter. */
const DOTTED = /^[A-Za-z_]\w*(?:-[A-Za-z]\w*)*$/;
/** The id of a node may also have hyphens before digits: `steps.http-1`. */
const NODE = /^[A-Za-z_][\w-]*$/;

/** A path as the expression language writes it: `steps.http-1.body["first name"][0]`. */
export function written(path: Path): string {
  return path.reduce<string>((text, part, index) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const isPlain = (index === 1 && path[0] === 'steps' ? NODE : DOTTED).test(part);
    if (index === 0) return part;
    return isPlain ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`;
  }, '');
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A path as a script writes it: `ctx.steps["http-1"].body`. */
export const scripted = (path: Path): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'string' && NAME.test(part)
        ? `${text}.${part}`
        : `${text}[${JSON.stringify(part)}]`,
    'ctx',
  );

const PART = /\.([A-Za-z_][\w-]*|\d+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Reads a path that is written out to its end; null where it is none. */
export function readPath(source: string): Path | null {
  const root = /^[A-Za-z_]\w*/.exec(source)?.[0];
  if (root === undefined) return null;
  const path: (string | number)[] = [root];
  PART.lastIndex = root.length;
  while (PART.lastIndex < source.length) {
    const found = PART.exec(source);
    if (found === null) return null;
    const [, name, index, quoted] = found;
    if (quoted !== undefined) {
      const name = readJson(`"${quoted}"`);
      if (!name.ok) return null;
      path.push(name.value as string);
    } else if (index !== undefined) path.push(Number(index));
    else path.push(/^\d+$/.test(name ?? '') ? Number(name) : (name ?? ''));
  }
  return path;
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** What is written at `caret` so that the field reads the path. */
export function insertion(mode: Mode, source: string, caret: number, path: Path): string {
  if (mode === 'expression') return written(path);
  if (mode === 'code') return scripted(path);
  const around = mode === 'json' ? stringAround(source, caret) : { text: source, at: caret };
  const isInside = around !== null && openedBefore(around.text, around.at) !== -1;
  const text = isInside ? written(path) : `{{ ${written(path)} }}`;
  if (mode === 'template') return text;
  return around === null ? JSON.stringify(text) : inJson(text);
}
