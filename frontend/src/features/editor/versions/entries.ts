import { type Changes, type Tone, toneOf } from '@/engine/changes';
import type { FieldChange } from '@/engine/field-changes';

/** One line of a list of changes. */
export interface Entry {
  key: string;
  kind: 'node' | 'edge' | 'setting';
  tone: Tone;
  title: string;
  /** The node's type; '' for what is no node. */
  type: string;
  /** The node to look at; null where there is none. */
  nodeId: string | null;
  fields: readonly FieldChange[];
}

/** Name and type stand in the line itself where a node came or went. */
const SAID = new Set(['name', 'type']);

/** The changes as lines, in the order in which they are stepped through. */
export function entriesOf({ nodes, edges, settings }: Changes): Entry[] {
  return [
    ...nodes.map(
      ({ tone, id, name, type, fields }): Entry => ({
        key: `node ${id}`,
        kind: 'node',
        tone,
        title: name,
        type,
        nodeId: id,
        fields: tone === 'changed' ? fields : fields.filter(({ path }) => !SAID.has(path[0] ?? '')),
      }),
    ),
    ...edges.map(
      ({ tone, edge, sourceName, targetName, fields }): Entry => ({
        key: `edge ${tone} ${edge.source} ${edge.port} ${edge.target}`,
        kind: 'edge',
        tone,
        title: `${sourceName}${edge.port === '' ? '' : ` (${edge.port})`} → ${targetName}`,
        type: '',
        nodeId: edge.source,
        fields,
      }),
    ),
    ...settings.map(
      (change): Entry => ({
        key: `setting ${change.path.join(' ')}`,
        kind: 'setting',
        tone: toneOf(change),
        title: change.path.join(' › '),
        type: '',
        nodeId: null,
        fields: [change],
      }),
    ),
  ];
}

/** How many came, differ and went. */
export function tally(entries: readonly Entry[]): Record<Tone, number> {
  const count = (tone: Tone): number => entries.filter((one) => one.tone === tone).length;
  return { added: count('added'), changed: count('changed'), removed: count('removed') };
}
