import { type Known, kindName, partsOf, sampleOf } from './known';
import { type Path, written } from './paths';

/** One line of the data that a node can read. */
export interface DataRow {
  path: Path;
  /** The path as text: what it is known by. */
  place: string;
  name: string;
  kind: string;
  sample: string;
  depth: number;
  hasParts: boolean;
  isOpen: boolean;
}

const DEEPEST = 8;
const MOST = 400;

/** Roots stand at the top but for `steps`, whose nodes do. `input` is one of those under another name, and `trigger` the trigger's. */
function topOf(roots: Known): { path: Path; known: Known }[] {
  const trigger = roots.parts?.get('trigger');
  return partsOf(roots).flatMap(({ part, known }): { path: Path; known: Known }[] => {
    if (part === 'input') return [];
    if (part !== 'steps') return [{ path: [part], known }];
    return partsOf(known)
      .filter((one) => one.known !== trigger)
      .map(({ part: id, known: node }) => ({ path: ['steps', id], known: node }));
  });
}

const isEmpty = ({ known }: { known: Known }): boolean => known.parts?.size === 0;

/** Whether the name or the value of a branch, or of anything in it, has the text. */
function holds(path: Path, known: Known, text: string, depth: number): boolean {
  const name = String(path.at(-1)).toLowerCase();
  if (name.includes(text) || (known.title ?? '').toLowerCase().includes(text)) return true;
  if (sampleOf(known).toLowerCase().includes(text)) return true;
  return (
    depth < DEEPEST &&
    partsOf(known).some(({ part, known: inner }) => holds([...path, part], inner, text, depth + 1))
  );
}

/** The lines that are shown: what is open, or, while something is searched, what has it and leads there. */
export function dataRows(roots: Known, open: ReadonlySet<string>, typed: string): DataRow[] {
  const text = typed.trim().toLowerCase();
  const rows: DataRow[] = [];
  const add = (path: Path, known: Known, depth: number): void => {
    if (rows.length >= MOST || (text !== '' && !holds(path, known, text, depth))) return;
    const parts = depth < DEEPEST ? partsOf(known) : [];
    const place = written(path);
    const isOpen = parts.length > 0 && (open.has(place) || text !== '');
    rows.push({
      path,
      place,
      name: known.title ?? String(path.at(-1)),
      kind: kindName(known),
      sample: sampleOf(known),
      depth,
      hasParts: parts.length > 0,
      isOpen,
    });
    if (isOpen) for (const { part, known: inner } of parts) add([...path, part], inner, depth + 1);
  };
  for (const { path, known } of topOf(roots).filter((one) => !isEmpty(one))) add(path, known, 0);
  return rows;
}
