import { edgesOf, nodeWith, type Operation, placeOf, type RawDocument } from './operations';

/** Two nodes change places on the canvas. */
function swapped(document: RawDocument, one: string, other: string): Operation[] {
  const first = nodeWith(document, one);
  const second = nodeWith(document, other);
  const from = first === undefined ? null : placeOf(first);
  const to = second === undefined ? null : placeOf(second);
  if (from === null || to === null) return [];
  return [
    { op: 'node.move', id: one, x: to.x, y: to.y },
    { op: 'node.move', id: other, x: from.x, y: from.y },
  ];
}

/**
 * Puts a node before the one that leads to it. [] where that cannot be: one of the two is a fork or a join, or nothing
 * leads to the one before. `port`: the usual way out of the node.
 */
export function movedEarlier(document: RawDocument, id: string, port: string): Operation[] {
  const edges = edgesOf(document);
  const [into, ...othersInto] = edges.filter((edge) => edge.target === id);
  const [out, ...othersOut] = edges.filter((edge) => edge.source === id);
  if (into === undefined || othersInto.length + othersOut.length > 0) return [];
  const before = into.source;
  const [entry, ...othersEntry] = edges.filter((edge) => edge.target === before);
  const isFork = edges.filter((edge) => edge.source === before).length > 1;
  if (entry === undefined || othersEntry.length > 0 || isFork) return [];
  const turned: Operation[] =
    out === undefined
      ? [
          {
            op: 'edge.patch',
            id: into.id,
            set: {
              '/source': id,
              '/target': before,
              ...(port === '' ? {} : { '/sourceHandle': port }),
            },
            ...(port === '' ? { unset: ['/sourceHandle'] } : {}),
          },
        ]
      : [
          { op: 'edge.patch', id: into.id, set: { '/target': out.target } },
          { op: 'edge.patch', id: out.id, set: { '/target': before } },
        ];
  return [
    { op: 'edge.patch', id: entry.id, set: { '/target': id } },
    ...turned,
    ...swapped(document, id, before),
  ];
}

/** The one node that comes after a node; null: there are several, or none. */
export function onlyNext(document: RawDocument, id: string): string | null {
  const [out, ...others] = edgesOf(document).filter((edge) => edge.source === id);
  return out === undefined || others.length > 0 ? null : out.target;
}
