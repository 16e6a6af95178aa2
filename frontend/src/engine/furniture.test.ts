import { describe, expect, it } from 'vitest';
import { frameOf, groupsOf, notesOf } from './furniture';

describe('notes', () => {
  it('are read with a size that can be seen, and as the same objects again', () => {
    const definition = {
      editor: { notes: { one: { x: 4, y: 8, width: 1, text: 'Hello' }, two: 'nothing' } },
    };
    const [note] = notesOf(definition);
    expect(note).toEqual({ id: 'one', x: 4, y: 8, width: 120, height: 120, text: 'Hello' });
    expect(notesOf(definition)[0]).toBe(note);
    expect(notesOf({ editor: [] })).toEqual([]);
    expect(notesOf({})).toEqual([]);
  });
});

describe('groups', () => {
  it('name their nodes', () => {
    const definition = {
      editor: { groups: { g: { title: 'Mail', node_ids: ['a', 3, 'b'] }, other: null } },
    };
    const groups = groupsOf(definition);
    expect(groups).toEqual([{ id: 'g', title: 'Mail', nodeIds: ['a', 'b'] }]);
    expect(groupsOf(definition)[0]).toBe(groups[0]);
  });

  it('stand around the nodes that are there', () => {
    const positions = new Map([
      ['a', { x: 0, y: 0 }],
      ['b', { x: 300, y: 100 }],
    ]);
    const group = { id: 'g', title: '', nodeIds: ['a', 'b', 'gone'] };
    expect(frameOf(group, positions)).toEqual({ x: -20, y: -48, width: 548, height: 226 });
    expect(frameOf({ ...group, nodeIds: ['gone'] }, positions)).toBeNull();
  });
});
