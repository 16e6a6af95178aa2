/** What a node's help is made of: the little Markdown that such pages are written in. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; isOrdered: boolean; items: { text: string; inner: Block[] }[] }
  | { kind: 'table'; head: string[]; rows: string[][] };

const ITEM = /^(\s*)(?:[-*]|(\d+)\.)\s+(.*)$/;

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

/** Lines from `from` on, as long as they belong together. */
function taken(lines: readonly string[], from: number, isPart: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && isPart(lines[end] ?? '')) end += 1;
  return end;
}

function listOf(lines: readonly string[]): Block {
  const base = (/^\s*/.exec(lines[0] ?? '')?.[0] ?? '').length;
  const groups: string[][] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item !== null && (item[1] ?? '').length <= base) groups.push([line]);
    else groups.at(-1)?.push(line);
  }
  const items = groups.map(([first = '', ...rest]) => {
    const start = rest.findIndex((line) => ITEM.test(line));
    const own = start === -1 ? rest : rest.slice(0, start);
    const text = [ITEM.exec(first)?.[3] ?? '', ...own.map((line) => line.trim())].join(' ');
    return { text, inner: start === -1 ? [] : [listOf(rest.slice(start))] };
  });
  return { kind: 'list', isOrdered: ITEM.exec(lines[0] ?? '')?.[2] !== undefined, items };
}

const isBlank = (line: string): boolean => line.trim() === '';
const isStart = (line: string): boolean =>
  isBlank(line) || /^(#{1,6} |```|\s*\|)/.test(line) || ITEM.test(line);

/** Reads Markdown into blocks. What it does not know stays as it is written. */
export function blocksOf(source: string): Block[] {
  const lines = source.split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    let end = at + 1;
    if (heading !== null)
      blocks.push({ kind: 'heading', level: (heading[1] ?? '').length, text: heading[2] ?? '' });
    else if (line.startsWith('```')) {
      end = taken(lines, at + 1, (one) => !one.startsWith('```'));
      blocks.push({ kind: 'code', text: lines.slice(at + 1, end).join('\n') });
      end += 1;
    } else if (/^\s*\|/.test(line)) {
      end = taken(lines, at, (one) => /^\s*\|/.test(one));
      const [head = '', , ...rows] = lines.slice(at, end);
      blocks.push({ kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else if (ITEM.test(line)) {
      end = taken(lines, at, (one) => ITEM.test(one) || /^\s+\S/.test(one));
      blocks.push(listOf(lines.slice(at, end)));
    } else if (!isBlank(line)) {
      end = taken(lines, at + 1, (one) => !isStart(one));
      blocks.push({ kind: 'text', text: lines.slice(at, end).join(' ') });
    }
    at = end;
  }
  return blocks;
}

export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'em'; text: string }
  | { kind: 'link'; text: string; href: string };

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** Only addresses of the web become links. */
const isSafe = (href: string): boolean => /^https?:\/\//.test(href);

export function inlinesOf(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, em, label, href] = match;
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    if (code !== undefined) found.push({ kind: 'code', text: code });
    else if (strong !== undefined) found.push({ kind: 'strong', text: strong });
    else if (em !== undefined) found.push({ kind: 'em', text: em });
    else if (href !== undefined && isSafe(href))
      found.push({ kind: 'link', text: label ?? '', href });
    else found.push({ kind: 'text', text: label ?? '' });
    at = match.index + whole.length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}
