import { expect, it } from 'vitest';
import { readDocument } from '@/engine/document';
import { outlineOf } from './rows';

const documentOf = (ids: string, edges: string) =>
  readDocument({
    nodes: ids.split(' ').map((id) => ({ id, type: 'action:set' })),
    edges: edges.split(' ').map((edge, index) => ({
      id: `e${index}`,
      source: edge[0],
      target: edge[1],
      ...(edge.length > 2 ? { sourceHandle: edge.slice(2) } : {}),
    })),
  });

const drawn = (ids: string, edges: string): string[] =>
  outlineOf(documentOf(ids, edges)).map(
    ({ node, level, port, onwards }) =>
      `${level}${port}${node.id}${onwards.map(({ id }) => `>${id}`).join('')}`,
  );

it('a chain stays on one level', () => {
  expect(drawn('a b c', 'ab bc')).toEqual(['1a', '1b', '1c']);
});

it('the branches of a fork follow one another, and what they meet in stands once', () => {
  expect(drawn('a b c d', 'abtrue acfalse bd cd')).toEqual(['1a', '2trueb', '2d', '2falsec>d']);
});

it('what is not connected and what goes round in a circle is there too', () => {
  expect(drawn('a b x y z', 'ab yz zy')).toEqual(['1a', '1b', '1x', '1y', '1z>y']);
});
