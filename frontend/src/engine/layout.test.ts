import { describe, expect, it } from 'vitest';
import { readDocument } from './document';
import { layOut } from './layout';
import { CARD_HEIGHT, CARD_WIDTH, ownPositions } from './positions';

const at = (id: string, x?: number, y?: number) => ({
  id,
  type: 'action:http',
  ...(x === undefined ? {} : { position: { x, y } }),
});

describe('laying out', () => {
  it('puts what follows to the right, and never one card over another', () => {
    const document = readDocument({
      nodes: ['a', 'b', 'c', 'd', 'e'].map((id) => at(id)),
      edges: [
        { source: 'a', target: 'b' },
        { source: 'a', target: 'c' },
        { source: 'b', target: 'd' },
        { source: 'c', target: 'd' },
      ],
    });

    const positions = layOut(document);

    expect(positions.size).toBe(5);
    for (const { source, target } of document.edges) {
      expect(positions.get(target)!.x).toBeGreaterThanOrEqual(
        positions.get(source)!.x + CARD_WIDTH,
      );
    }
    const all = [...positions.values()];
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        const overlaps =
          Math.abs(one.x - other.x) < CARD_WIDTH && Math.abs(one.y - other.y) < CARD_HEIGHT;
        expect(overlaps).toBe(false);
      }
    }
  });

  it('puts what a document names first on top', () => {
    const document = readDocument({
      nodes: ['ask', 'yes', 'no', 'late'].map((id) => at(id)),
      edges: ['yes', 'no', 'late'].map((target) => ({ source: 'ask', target })),
    });

    const y = (id: string): number => layOut(document).get(id)!.y;

    expect(y('yes')).toBeLessThan(y('no'));
    expect(y('no')).toBeLessThan(y('late'));
  });

  it('survives a cycle and an edge to oneself', () => {
    const nodes = [at('a'), at('b')];
    const edges = [
      { source: 'a', target: 'b' },
      { source: 'b', target: 'a' },
      { source: 'a', target: 'a' },
    ];

    expect(layOut(readDocument({ nodes, edges })).size).toBe(2);
  });
});

describe("the document's own positions", () => {
  it('are kept when every node has one', () => {
    expect(
      ownPositions(readDocument({ nodes: [at('a', 0, 0), at('b', 300, 0)] }))?.get('b'),
    ).toEqual({ x: 300, y: 0 });
  });

  it('count for nothing when one is missing, or two cards lie on one place', () => {
    expect(ownPositions(readDocument({ nodes: [at('a', 0, 0), at('b')] }))).toBeNull();
    expect(ownPositions(readDocument({ nodes: [at('a', 0, 0), at('b', 0, 0)] }))).toBeNull();
  });
});
