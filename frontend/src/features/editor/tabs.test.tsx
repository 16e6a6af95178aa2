import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useWorkflow } from '@/features/workflows/facade';
import { tell } from '@/lib/toast';
import { makeWorkflow } from '@/testing/makers';
import { edited, makeBatch } from '@/testing/operation-handlers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import { EditorProvider, useEditor, useEditorActions } from './provider';

const OPERATIONS = '*/api/v1/workflows/:id/operations';

function Draft() {
  const names = useEditor((state) => state.document.nodes.map(({ name }) => name).join(', '));
  const status = useEditor((state) => state.save.status);
  const { edit, undo } = useEditorActions();
  const rename = (name: string): void =>
    void edit([{ op: 'node.patch', id: 'tell', set: { '/data/name': name } }], 'rename a node');
  return (
    <>
      <p aria-label="Nodes">{names}</p>
      <p aria-label="State">{status}</p>
      <button type="button" onClick={() => rename('Mine')}>
        Rename
      </button>
      <button type="button" onClick={undo}>
        Undo
      </button>
    </>
  );
}

function Tab({ id }: { id: string }) {
  const { data } = useWorkflow(id);
  if (data === undefined) return null;
  return (
    <EditorProvider workflow={data}>
      <Draft />
    </EditorProvider>
  );
}

const nodes = (): string => screen.getByLabelText('Nodes').textContent;
const state = (): string => screen.getByLabelText('State').textContent;
const saved = () => waitFor(() => expect(state()).toBe('saved'), { timeout: 5_000 });

function nameOf({ workflows: [workflow] }: World, id: string): unknown {
  const { nodes: all } = workflow?.definition as {
    nodes: { id: string; data: { name: string } }[];
  };
  return all.find((node) => node.id === id)?.data.name;
}

let world: World;

async function open() {
  const result = renderAt('/', <Tab id={world.workflows[0]?.id ?? ''} />);
  await screen.findByLabelText('Nodes');
  return result;
}

beforeEach(() => {
  world = serve({ workflows: [makeWorkflow({ name: 'Refunds' })] });
});

/** Refuses to save; tells how often that was tried. */
function signedOut() {
  const refused = vi.fn(() => problem(401, 'signed_out', 'Sign in again.'));
  server.use(http.post(OPERATIONS, refused));
  return refused;
}

function bySomebody(name: string, actor_id = 'grace'): void {
  const workflow = world.workflows[0];
  if (workflow === undefined) return;
  const operations = [{ op: 'node.patch', id: 'answer', set: { '/data/name': name } }];
  edited(world, workflow, makeBatch({ actor_id, operations }), () => []);
}

describe('an open editor', () => {
  it('saves by itself, and tells other tabs of the browser', async () => {
    const heard = vi.fn();
    const channel = new BroadcastChannel('gorax.drafts');
    channel.addEventListener('message', ({ data }) => void heard(data));
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await saved();

    expect(nameOf(world, 'tell')).toBe('Mine');
    await waitFor(() =>
      expect(heard).toHaveBeenCalledWith({ id: world.workflows[0]?.id, revision: 8 }),
    );
    channel.close();
    expect(localStorage.length).toBe(0);
  });

  it('shows what another tab has saved as soon as that says so, and when it is looked at again', async () => {
    await open();
    bySomebody('Elsewhere');
    const channel = new BroadcastChannel('gorax.drafts');
    channel.postMessage({ id: world.workflows[0]?.id, revision: 8 });
    await waitFor(() => expect(nodes()).toContain('Elsewhere'));
    channel.close();

    bySomebody('Somewhere');
    act(() => void fireEvent.focus(window));
    await waitFor(() => expect(nodes()).toContain('Somewhere'));
  });

  it('puts own edits on top of those that came first', async () => {
    const { user } = await open();
    bySomebody('Theirs');
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await saved();

    expect(nodes()).toBe('GitHub push, Is it main?, Mine, Theirs, Answer ignored');
    expect(nameOf(world, 'tell')).toBe('Mine');
    expect(nameOf(world, 'answer')).toBe('Theirs');
  });

  it('keeps edits while the server does not answer, and saves them once it does', async () => {
    server.use(http.post(OPERATIONS, () => HttpResponse.error()));
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(state()).toBe('offline'), { timeout: 5_000 });
    expect(nodes()).toContain('Mine');
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);

    server.resetHandlers();
    world = serve({ workflows: world.workflows });
    act(() => void fireEvent(window, new Event('online')));
    await saved();
    expect(nameOf(world, 'tell')).toBe('Mine');
  });
});

describe('an editor whose workflow comes before the person is known', () => {
  it('waits, so that nobody’s edits are kept under no name', async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { me } = world;
    server.use(http.get('*/api/v1/me', () => asked.then(() => HttpResponse.json(me))));
    server.use(http.post(OPERATIONS, () => HttpResponse.error()));
    const { user } = renderAt('/', <Tab id={world.workflows[0]?.id ?? ''} />);
    await act(() => new Promise((resolve) => setTimeout(resolve, 100)));
    expect(screen.queryByLabelText('Nodes')).toBeNull();

    answer();
    await screen.findByLabelText('Nodes');
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(localStorage.length).toBe(1));
    expect(localStorage.key(0)).toContain(`.${me?.id}.`);
  });
});

describe('a session that is over', () => {
  it('keeps the edits in this browser, and whoever signs in again has them back', async () => {
    const refused = signedOut();
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(state()).toBe('signed_out'), { timeout: 5_000 });
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(false);
    cleanup();
    await waitFor(() => expect(refused).toHaveBeenCalledTimes(2));
    expect(nameOf(world, 'tell')).toBe('Tell the receiver');

    server.resetHandlers();
    world = serve({ me: world.me, workflows: world.workflows });
    const again = await open();
    await waitFor(() => expect(nodes()).toContain('Mine'));
    await saved();
    expect(nameOf(world, 'tell')).toBe('Mine');
    expect(localStorage.length).toBe(0);
    await again.user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(nodes()).toContain('Tell the receiver');
  });

  it('says so where what was kept fits no more, and forgets it', async () => {
    const refused = signedOut();
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(state()).toBe('signed_out'), { timeout: 5_000 });
    cleanup();
    await waitFor(() => expect(refused).toHaveBeenCalledTimes(2));

    server.resetHandlers();
    world = serve({ me: world.me, workflows: world.workflows });
    const [workflow] = world.workflows;
    const operations = [{ op: 'node.remove', id: 'tell' }];
    if (workflow !== undefined) edited(world, workflow, makeBatch({ operations }), () => []);
    const note = vi.spyOn(tell, 'note');
    await open();
    await waitFor(() =>
      expect(note).toHaveBeenCalledWith(
        'put-back',
        'Your unsaved edits could not be put back.',
        'One of your edits no longer fits and was left out.',
      ),
    );
    await waitFor(() => expect(localStorage.length).toBe(0));
  });

  it('does not give them to somebody else', async () => {
    const refused = signedOut();
    const { user } = await open();
    await user.click(screen.getByRole('button', { name: 'Rename' }));
    await waitFor(() => expect(state()).toBe('signed_out'), { timeout: 5_000 });
    cleanup();
    await waitFor(() => expect(refused).toHaveBeenCalledTimes(2));

    server.resetHandlers();
    world = serve({ workflows: world.workflows });
    await open();
    await act(() => new Promise((resolve) => setTimeout(resolve, 100)));
    expect(nodes()).not.toContain('Mine');
    expect(localStorage.length).toBe(1);
  });
});
