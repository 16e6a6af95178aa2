import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Operation } from '@/engine/edits/operations';
import { makeWorkflow } from '@/testing/makers';
import { createCore, makeActions } from './store';

const move = (id: string, x: number): Operation => ({ op: 'node.move', id, x, y: 0 });

function makeEditor() {
  const nodes = ['a', 'b', 'c'].map((id, index) => ({
    id,
    type: 'action:http',
    position: { x: index * 300, y: 0 },
    data: { name: id, config: {} },
  }));
  const edges = [{ id: 'ab', source: 'a', target: 'b' }];
  const core = createCore(makeWorkflow({ definition: { nodes, edges } }), false);
  const onEdit = vi.fn();
  const onMisfit = vi.fn();
  return {
    core,
    onEdit,
    state: core.store.getState,
    ...makeActions(core, onEdit, onMisfit),
    onMisfit,
  };
}

const xOf = (editor: ReturnType<typeof makeEditor>, id: string): number | undefined =>
  editor.state().document.nodes.find((node) => node.id === id)?.position?.x;

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('an edit', () => {
  it('is shown at once, and leaves all other nodes the objects that they were', () => {
    const editor = makeEditor();
    const before = editor.state();

    editor.edit([move('b', 40)], 'move a node');

    const after = editor.state();
    expect(xOf(editor, 'b')).toBe(40);
    expect(after.document.nodes[0]).toBe(before.document.nodes[0]);
    expect(after.document.edges).toBe(before.document.edges);
    expect(after.neighbours).toBe(before.neighbours);
    expect(editor.onEdit).toHaveBeenCalledOnce();
  });

  it('that does not fit changes nothing and says so', () => {
    const editor = makeEditor();
    const before = editor.state();

    expect(editor.edit([move('b', 40), move('nobody', 1)], 'move 2 nodes')).toBe(false);
    expect(editor.state()).toBe(before);
    expect(editor.onMisfit).toHaveBeenCalledOnce();
  });

  it('is not taken of somebody who may look only', () => {
    const editor = makeEditor();
    editor.core.store.setState({ isReadOnly: true });

    expect(editor.edit([move('b', 40)], 'move a node')).toBe(false);
    expect(xOf(editor, 'b')).toBe(300);
  });
});

describe('a thousand nodes', () => {
  const nodes = Array.from({ length: 1_000 }, (_, index) => ({
    id: `n${index}`,
    type: 'action:http',
    position: { x: index, y: 0 },
    data: { name: `Node ${index}`, config: {} },
  }));
  const edges = nodes.slice(1).map(({ id }, index) => ({
    id: `e${index}`,
    source: `n${index}`,
    target: id,
  }));

  it('stay the objects that they were but for those that an edit is about', () => {
    const core = createCore(makeWorkflow({ definition: { nodes, edges } }), false);
    const { edit } = makeActions(core, vi.fn(), vi.fn());
    const before = core.store.getState();

    edit([move('n500', 5)], 'move a node');
    const moved = core.store.getState();
    const other = moved.document.nodes.filter((node, at) => node !== before.document.nodes[at]);
    expect(other.map(({ id }) => id)).toEqual(['n500']);
    expect(moved.document.edges).toBe(before.document.edges);
    expect(moved.neighbours).toBe(before.neighbours);

    edit([{ op: 'edge.remove', id: 'e500' }], 'delete a connection');
    const cut = core.store.getState();
    const changed = [...cut.neighbours].filter(([id, one]) => one !== moved.neighbours.get(id));
    expect(cut.document.nodes).toBe(moved.document.nodes);
    expect(changed.map(([id]) => id)).toEqual(['n500', 'n501']);
  });
});

describe('undo', () => {
  it('takes back the last step, and redo does it again', () => {
    const editor = makeEditor();
    editor.edit([move('b', 40)], 'move a node');
    editor.edit([{ op: 'node.remove', id: 'a' }], 'delete a node');

    expect(editor.state().undoLabel).toBe('delete a node');
    editor.undo();
    expect(editor.state().document.edges).toHaveLength(1);
    expect(editor.state()).toMatchObject({
      undoLabel: 'move a node',
      redoLabel: 'delete a node',
      canRedo: true,
    });
    editor.undo();
    expect(xOf(editor, 'b')).toBe(300);
    expect(editor.state().canUndo).toBe(false);
    editor.redo();
    editor.redo();
    expect(editor.state().document.nodes.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(xOf(editor, 'b')).toBe(40);
  });

  it('takes back what was done with one key within a second as one step', () => {
    const editor = makeEditor();
    for (const x of [310, 320, 330]) {
      vi.advanceTimersByTime(900);
      editor.edit([move('b', x)], 'move a node', { coalesce: 'drag b' });
    }
    vi.advanceTimersByTime(1_100);
    editor.edit([move('b', 340)], 'move a node', { coalesce: 'drag b' });

    editor.undo();
    expect(xOf(editor, 'b')).toBe(330);
    editor.undo();
    expect(xOf(editor, 'b')).toBe(300);
    expect(editor.core.queue().pending).toHaveLength(4);
  });

  it('reaches back a hundred steps', () => {
    const editor = makeEditor();
    for (let x = 1; x <= 120; x += 1) editor.edit([move('b', x)], 'move a node');
    for (let count = 0; count < 120; count += 1) editor.undo();

    expect(xOf(editor, 'b')).toBe(20);
  });

  it('is not there for what was undone once something else was done', () => {
    const editor = makeEditor();
    editor.edit([move('b', 40)], 'move a node');
    editor.undo();
    editor.edit([move('c', 40)], 'move a node');

    expect(editor.state().canRedo).toBe(false);
  });
});

describe('the selection', () => {
  it('is set, widened and toggled', () => {
    const editor = makeEditor();
    editor.select(['a']);
    editor.select(['b'], 'add');
    editor.select(['a', 'ab'], 'toggle');

    expect([...editor.state().selection]).toEqual(['b', 'ab']);
  });

  it('forgets what is deleted', () => {
    const editor = makeEditor();
    editor.select(['a', 'b', 'ab']);
    editor.edit([{ op: 'node.remove', id: 'a' }], 'delete a node');

    expect([...editor.state().selection]).toEqual(['b']);
  });
});
