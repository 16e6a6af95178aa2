import { beforeEach, describe, expect, it, vi } from 'vitest';
import { apply } from '@/engine/edits/apply';
import type { Operation } from '@/engine/edits/operations';
import { ApiError } from '@/lib/problem';
import { makeWorkflow } from '@/testing/makers';
import type { Batch } from './remote';
import type { Workflow } from './state';
import { createCore, draftOf, makeActions } from './store';
import { createSync, type SyncPorts } from './sync';

const GRACE = { actor_id: 'grace', actor_name: 'Grace Hopper', at: '2026-03-02T09:41:00Z' };

const node = (id: string, x: number) => ({
  id,
  type: 'action:http',
  position: { x, y: 0 },
  data: { name: `Node ${id}`, config: {} },
});

const move = (id: string, x: number): Operation => ({ op: 'node.move', id, x, y: 0 });

const rename = (id: string, name: string): Operation => ({
  op: 'node.patch',
  id,
  set: { '/data/name': name },
});

/** The server's side: one draft, and what led to it. */
class Server {
  workflow: Workflow = makeWorkflow({
    name: 'Refunds',
    draft_revision: 7,
    definition: {
      nodes: [node('a', 0), node('b', 300), node('c', 600)],
      edges: [{ id: 'ab', source: 'a', target: 'b' }],
    },
  });
  batches: Batch[] = [];
  failure: ApiError | null = null;
  sent: (readonly Operation[])[] = [];
  /** Whose session it is. */
  person = 'ada';
  readonly who = vi.fn(this.tell.bind(this));
  readonly send = vi.fn(this.take.bind(this));

  by(operations: Operation[] | null, actor = GRACE): void {
    const draft = draftOf(this.workflow);
    const applied = apply(draft, operations ?? [rename('a', 'Written anew')]);
    if (!applied.ok) throw new ApiError(422, { code: applied.refusal.code, errors: [] });
    const revision = this.workflow.draft_revision + 1;
    this.workflow = {
      ...this.workflow,
      ...applied.draft,
      definition: structuredClone(applied.draft.definition),
      draft_revision: revision,
    };
    const said = operations?.map((one) => ({ ...one })) ?? null;
    this.batches.push({ ...actor, revision, batch_id: `batch-${revision}`, operations: said });
  }

  async take(revision: number, batchId: string, operations: readonly Operation[]) {
    await Promise.resolve();
    this.sent.push(operations);
    if (this.failure !== null) throw this.failure;
    if (revision !== this.workflow.draft_revision)
      throw new ApiError(412, { code: 'revision_old' });
    this.by([...operations], { ...GRACE, actor_id: 'ada', actor_name: 'Ada' });
    const { name, description, draft_revision } = this.workflow;
    return { batch_id: batchId, name, description, revision: draft_revision, problems: [] };
  }

  async since(revision: number) {
    await Promise.resolve();
    const batches = this.batches.filter((one) => one.revision > revision);
    return { revision: this.workflow.draft_revision, batches };
  }

  async read() {
    await Promise.resolve();
    return this.workflow;
  }

  async tell() {
    await Promise.resolve();
    if (this.failure !== null) throw this.failure;
    return this.person;
  }
}

function open(server = new Server()) {
  const core = createCore(server.workflow, false);
  const say = { note: vi.fn(), failed: vi.fn() };
  const keep = vi.fn();
  const onSaved = vi.fn();
  const sync = createSync({
    core,
    remote: {
      send: server.send,
      since: (revision) => server.since(revision),
      read: () => server.read(),
      who: server.who,
    },
    keeper: { keep, leftBehind: () => Promise.resolve(), open: vi.fn(), close: vi.fn() },
    myId: 'ada',
    words: ((key: string, values: object) => `${key} ${JSON.stringify(values)}`) as never,
    say,
    onSaved,
  } satisfies SyncPorts);
  sync.open();
  const actions = makeActions(core, sync.edited, vi.fn());
  const status = () => core.store.getState().save.status;
  const named = (id: string) =>
    core.store.getState().document.nodes.find((one) => one.id === id)?.name;
  return { ...actions, server, core, say, keep, onSaved, sync, status, named };
}

const offline = new ApiError(0, { code: 'offline' });

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('an edit', () => {
  it('is saved after a short pause, with those that came meanwhile', async () => {
    const editor = open();
    editor.edit([move('b', 310)], 'move a node');
    await vi.advanceTimersByTimeAsync(500);
    editor.edit([move('b', 320)], 'move a node');

    expect(editor.status()).toBe('waiting');
    await vi.advanceTimersByTimeAsync(599);
    expect(editor.server.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);

    expect(editor.server.sent).toEqual([[move('b', 320)]]);
    expect(editor.core.store.getState()).toMatchObject({
      revision: 8,
      save: { status: 'saved', savedAt: Date.now() },
    });
    expect(editor.onSaved).toHaveBeenCalledWith(expect.objectContaining({ draft_revision: 8 }));
  });

  it('waits three seconds at most, however long somebody goes on', async () => {
    const editor = open();
    for (let x = 0; x < 8; x += 1) {
      editor.edit([move('b', x)], 'move a node');
      await vi.advanceTimersByTimeAsync(400);
    }

    expect(editor.server.sent).toHaveLength(1);
  });

  it('is kept until it is saved', async () => {
    const editor = open();
    editor.edit([move('b', 310)], 'move a node');
    expect(editor.keep.mock.lastCall?.[0].pending).toHaveLength(1);
    await editor.sync.flush();

    expect(editor.keep.mock.lastCall?.[0]).toMatchObject({ pending: [], flight: null });
  });
});

describe('what the rest of the page is told of a saved draft', () => {
  it('holds no edit that the server has not confirmed', async () => {
    const editor = open();
    editor.edit([rename('b', 'Sent')], 'rename a node');
    const flushed = editor.sync.flush();
    editor.edit([rename('c', 'Not sent')], 'rename a node');
    await vi.advanceTimersByTimeAsync(0);
    const [told] = editor.onSaved.mock.calls[0] ?? [];

    expect(told.definition.nodes[1].data.name).toBe('Sent');
    expect(told.definition.nodes[2].data.name).toBe('Node c');
    await flushed;
  });
});

describe('leaving the page', () => {
  it('sends off all that waits, also what was done while something was on its way', async () => {
    const editor = open();
    editor.edit([rename('b', 'First')], 'rename a node');
    vi.advanceTimersByTime(600);
    editor.edit([rename('c', 'Second')], 'rename a node');
    editor.sync.close();
    await vi.advanceTimersByTimeAsync(0);

    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
    expect(editor.core.queue()).toMatchObject({ flight: null, pending: [] });
  });
});

describe('what others have done meanwhile', () => {
  it('does not become mine because both of us have made a node of one type', async () => {
    const editor = open();
    editor.server.by([{ op: 'node.add', node: node('http', 5) }, rename('http', 'Theirs')]);
    editor.edit(
      [
        { op: 'node.add', node: node('http', 9) },
        { op: 'edge.add', edge: { id: 'ah', source: 'a', target: 'http' } },
      ],
      'add a node',
    );
    editor.select(['http']);
    editor.edit([rename('http', 'Mine')], 'rename a node');
    await editor.sync.flush();

    expect(editor.named('http')).toBe('Theirs');
    expect(editor.named('http-2')).toBe('Mine');
    expect([...editor.core.store.getState().selection]).toEqual(['http-2']);
    expect(editor.core.store.getState().document.edges.at(-1)).toMatchObject({ target: 'http-2' });
    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
    editor.undo();
    editor.undo();
    await editor.sync.flush();
    expect(editor.named('http')).toBe('Theirs');
    expect(editor.named('http-2')).toBeUndefined();
  });

  it('brings what is wrong with the draft then', async () => {
    const editor = open();
    const problem = { code: 'x', node_id: 'a', severity: 'error', message: 'Wrong.' };
    editor.server.by([rename('c', 'Theirs')]);
    editor.server.workflow = { ...editor.server.workflow, problems: [problem as never] };
    await editor.sync.follow();

    expect(editor.core.store.getState().problems).toEqual([problem]);
  });

  it('comes under own edits, and the person is told whose it is', async () => {
    const editor = open();
    const [, , c] = editor.core.store.getState().document.nodes;
    editor.server.by([rename('a', 'Theirs')]);
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await editor.sync.flush();

    expect(editor.named('a')).toBe('Theirs');
    expect(editor.named('b')).toBe('Mine');
    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
    expect(editor.core.store.getState().document.nodes[2]).toBe(c);
    expect(editor.say.note).toHaveBeenCalledExactlyOnceWith(
      'theirs',
      'theirs {"who":"Grace Hopper","what":"Theirs"}',
      undefined,
    );
  });

  it('leaves out own edits that no longer fit, and says how many', async () => {
    const editor = open();
    editor.server.by([{ op: 'node.remove', id: 'b' }]);
    editor.edit([rename('b', 'Mine')], 'rename a node');
    editor.edit([rename('c', 'Mine')], 'rename a node');
    await editor.sync.flush();

    expect(editor.named('b')).toBeUndefined();
    expect(editor.named('c')).toBe('Mine');
    expect(editor.say.note.mock.lastCall?.[2]).toBe('lost {"count":1}');
    editor.undo();
    expect(editor.named('c')).toBe('Node c');
    expect(editor.core.store.getState().canUndo).toBe(false);
  });

  it('is read anew where the whole draft was replaced', async () => {
    const editor = open();
    editor.server.by(null);
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await editor.sync.flush();

    expect(editor.named('a')).toBe('Written anew');
    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
  });

  it('is not undone, neither after nor before it was saved', async () => {
    const editor = open();
    editor.edit([rename('a', 'Mine'), rename('b', 'Mine')], 'rename 2 nodes');
    await editor.sync.flush();
    editor.server.by([rename('a', 'Theirs')]);
    await editor.sync.follow();
    editor.undo();

    expect(editor.named('a')).toBe('Theirs');
    expect(editor.named('b')).toBe('Node b');
    editor.redo();
    expect(editor.named('a')).toBe('Theirs');
    expect(editor.named('b')).toBe('Mine');

    editor.server.by([rename('c', 'Theirs')]);
    editor.edit([rename('c', 'Mine')], 'rename a node');
    await editor.sync.flush();
    expect(editor.named('c')).toBe('Mine');
    editor.undo();
    expect(editor.named('c')).toBe('Theirs');
  });

  it('is followed while nothing of ours waits', async () => {
    const editor = open();
    editor.server.by([move('a', 50), rename('c', 'Theirs')]);
    await editor.sync.follow();

    expect(editor.core.store.getState().revision).toBe(8);
    expect(editor.named('c')).toBe('Theirs');
    expect(editor.status()).toBe('saved');
  });

  it('is no news where it was done in another tab of one’s own', async () => {
    const editor = open();
    editor.server.by([rename('c', 'Elsewhere')], { ...GRACE, actor_id: 'ada' });
    await editor.sync.follow();

    expect(editor.named('c')).toBe('Elsewhere');
    expect(editor.say.note).not.toHaveBeenCalled();
  });
});

describe('a server that', () => {
  it('does not answer is asked again, later each time, with the very same batch', async () => {
    const editor = open();
    editor.server.failure = offline;
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await vi.advanceTimersByTimeAsync(600);
    expect(editor.status()).toBe('offline');
    editor.edit([rename('c', 'Mine')], 'rename a node');
    await vi.advanceTimersByTimeAsync(1_000 + 2_000 + 4_000);
    expect(editor.server.send).toHaveBeenCalledTimes(4);
    expect(new Set(editor.server.send.mock.calls.map(([, id]) => id)).size).toBe(1);

    editor.server.failure = null;
    editor.sync.retry();
    await vi.advanceTimersByTimeAsync(600);
    expect(editor.status()).toBe('saved');
    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
  });

  it('does not know the session any more gets nothing until somebody has signed in', async () => {
    const editor = open();
    editor.server.failure = new ApiError(401, { code: 'signed_out' });
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(editor.status()).toBe('signed_out');
    expect(editor.server.send).toHaveBeenCalledTimes(1);

    editor.server.failure = null;
    editor.sync.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(editor.status()).toBe('saved');
  });

  it('knows somebody else by now gets nothing of this person, and keeps it', async () => {
    const editor = open();
    editor.server.failure = new ApiError(401, { code: 'signed_out' });
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await vi.advanceTimersByTimeAsync(600);
    editor.server.failure = null;
    editor.server.person = 'grace';
    editor.sync.retry();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(editor.server.send).toHaveBeenCalledTimes(1);
    expect(editor.core.store.getState().save).toMatchObject({
      status: 'signed_out',
      message: expect.stringContaining('somebody_else'),
    });
    expect(editor.keep.mock.lastCall?.[0].flight.operations).toEqual([rename('b', 'Mine')]);

    editor.server.person = 'ada';
    await editor.sync.wake();
    expect(editor.status()).toBe('saved');
  });

  it('is asked whose session it is when the page is looked at again, and before it is left', async () => {
    const editor = open();
    editor.server.person = 'grace';
    await expect(editor.sync.wake()).rejects.toThrow('somebody_else');
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await vi.advanceTimersByTimeAsync(600);
    expect(editor.status()).toBe('signed_out');
    editor.sync.close();
    await vi.advanceTimersByTimeAsync(0);

    expect(editor.server.send).not.toHaveBeenCalled();
  });

  it('has ended the session is not asked what others do', async () => {
    const editor = open();
    const since = vi.spyOn(editor.server, 'since');
    since.mockRejectedValueOnce(new ApiError(401, { code: 'signed_out' }));
    await expect(editor.sync.follow()).rejects.toThrow();
    await editor.sync.follow();
    expect(since).toHaveBeenCalledTimes(1);

    await editor.sync.wake();
    expect(since).toHaveBeenCalledTimes(2);
  });

  it('was not there when the page was looked at again is asked as soon as it is', async () => {
    const editor = open();
    editor.server.failure = new ApiError(0, { code: 'unreachable' });
    await expect(editor.sync.wake()).rejects.toThrow();
    editor.server.failure = null;
    editor.server.by([rename('b', 'Theirs')]);
    await editor.sync.follow();

    expect(editor.named('b')).toBe('Theirs');
  });

  it('refuses one edit has it taken back, and gets the others', async () => {
    const editor = open();
    editor.server.send.mockImplementationOnce(async () => {
      await Promise.resolve();
      const errors = [{ path: '/operations/1/set', code: 'pointer_invalid', message: 'No.' }];
      throw new ApiError(422, { code: 'pointer_invalid', detail: 'No.', errors });
    });
    editor.edit([rename('b', 'Mine')], 'rename a node');
    editor.edit([rename('c', 'Refused')], 'rename a node');
    await editor.sync.flush();

    expect(editor.named('b')).toBe('Mine');
    expect(editor.named('c')).toBe('Node c');
    expect(editor.say.failed).toHaveBeenCalledExactlyOnceWith(
      new Error('taken_back {"reason":"No."}'),
    );
    expect(draftOf(editor.server.workflow)).toEqual(editor.core.queue().shown);
  });

  it('forbids saving is not asked again, and its reason is shown', async () => {
    const editor = open();
    editor.server.failure = new ApiError(403, { code: 'forbidden', detail: 'You may only look.' });
    editor.edit([rename('b', 'Mine')], 'rename a node');

    await expect(editor.sync.flush()).rejects.toThrow('You may only look.');
    expect(editor.core.store.getState().save).toMatchObject({
      status: 'refused',
      message: 'You may only look.',
    });
  });
});

describe('a workflow that was read anew', () => {
  it('brings its facts, and its draft where that is newer', () => {
    const editor = open();
    editor.server.by([rename('c', 'Theirs')]);
    editor.sync.heard({ ...editor.server.workflow, live_version: 9 });

    expect(editor.named('c')).toBe('Theirs');
    expect(editor.core.store.getState()).toMatchObject({
      revision: 8,
      workflow: { live_version: 9, draft_revision: 8 },
    });
  });

  it('does not take back what is newer here', async () => {
    const editor = open();
    const old = editor.server.workflow;
    editor.edit([rename('b', 'Mine')], 'rename a node');
    await editor.sync.flush();
    editor.sync.heard({ ...old, is_active: false });

    expect(editor.named('b')).toBe('Mine');
    expect(editor.core.store.getState().workflow).toMatchObject({
      is_active: false,
      draft_revision: 8,
    });
  });
});
