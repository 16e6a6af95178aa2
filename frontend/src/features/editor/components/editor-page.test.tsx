import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@/testing/catalogue';
import { makeMe, makePin, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import type { Workflow } from '../state';
import EditorPage from './editor-page';

function open(workflow: Workflow, me = makeMe(), more: Partial<World> = {}) {
  const world = serve({ workflows: [workflow], me, nodeTypes: CATALOGUE, ...more });
  const page = renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<EditorPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );
  return { ...page, world };
}

const card = (name: RegExp): Promise<HTMLElement> => screen.findByRole('button', { name });

const said = async (words: string): Promise<void> =>
  waitFor(() =>
    expect(screen.getAllByRole('status').map((one) => one.textContent)).toContain(words),
  );

const PUSH = /^GitHub push ?Webhook/;
const IF = /^Is it main\? ?If/;
const TELL = /^Tell the receiver ?HTTP/;

async function choose(name: RegExp): Promise<HTMLElement> {
  const found = await card(name);
  fireEvent.click(found);
  found.focus();
  return found;
}

describe('the editor', () => {
  it('shows what is known of the workflow until a node is chosen, and after Escape again', async () => {
    const { user } = open(makeWorkflow());

    expect(await screen.findByRole('heading', { name: 'Latest executions' })).toBeVisible();
    await choose(IF);
    await waitFor(() =>
      expect(screen.queryByRole('heading', { name: 'Latest executions' })).toBeNull(),
    );

    await user.keyboard('{Escape}');
    expect(await screen.findByRole('heading', { name: 'Latest executions' })).toBeVisible();
  });

  it('tells of each trigger how much it turned away', async () => {
    open(
      makeWorkflow({
        triggers: [
          { node_id: 'push', kind: 'webhook', filtered_count: 0 },
          { node_id: 'clock', kind: 'schedule', filtered_count: 3 },
        ],
      }),
    );

    const title = await screen.findByRole('heading', { name: 'Triggers' });
    const rows = within(title.closest('section')!).getAllByRole('listitem');
    expect(rows.map((row) => within(row).getByText(/filtered$/).textContent)).toEqual([
      '0 filtered',
      '3 filtered',
    ]);
  });

  it('names the workflow that starts when it fails, and takes it back', async () => {
    const alarm = makeWorkflow({
      name: 'Sound the alarm',
      triggers: [{ node_id: 'failed', kind: 'error', filtered_count: 0 }],
    });
    const workflow = makeWorkflow({ name: 'Orders' });
    const { user, world } = open(workflow, makeMe(), { workflows: [workflow, alarm] });
    const picker = (): HTMLElement => screen.getByRole('combobox', { name: 'Error workflow' });

    await user.click(await screen.findByRole('combobox', { name: 'Error workflow' }));
    await user.click(await screen.findByRole('option', { name: /^Sound the alarm/ }));
    const named = (): unknown =>
      (world.workflows[0]?.definition as { settings?: Record<string, unknown> }).settings
        ?.error_workflow_id;
    await waitFor(() => expect(named()).toBe(alarm.id), { timeout: 5_000 });
    await waitFor(() => expect(picker()).toHaveTextContent('Sound the alarm'));

    await user.click(screen.getByRole('button', { name: /^Undo/ }));
    await waitFor(() => expect(named()).toBeUndefined(), { timeout: 5_000 });
  });

  it('lists and removes pins, also one of a node that is gone', async () => {
    const pins = [makePin(), makePin({ node_id: 'gone' })];
    const { user, world } = open(makeWorkflow(), makeMe(), { pins });

    expect(await card(/^Tell the receiver ?HTTP, pinned/)).toBeVisible();
    await user.click(await screen.findByRole('button', { name: 'Unpin gone' }));

    await waitFor(() => expect(world.pins.map(({ node_id }) => node_id)).toEqual(['tell']));
  });

  it('marks the nodes that have problems', async () => {
    const problem = {
      node_id: 'tell',
      path: '/nodes/2/data/config/url',
      edge_id: null,
      field: 'url',
      code: 'missing_field',
      message: '“Tell the receiver”: “Address” is empty.',
      severity: 'error' as const,
    };
    open(makeWorkflow({ problems: [problem] }));

    expect(await card(/^Tell the receiver ?HTTP, has errors/)).toBeVisible();
    expect(screen.getByText('“Address” is empty.')).toBeVisible();
  });

  it('walks along the edges, and chooses what it comes to', async () => {
    const { user } = open(makeWorkflow());
    await choose(PUSH);

    await user.keyboard('{ArrowRight}');

    await waitFor(async () => expect(await card(IF)).toHaveFocus());
    expect(await card(IF)).toHaveAttribute('aria-pressed', 'true');
  });

  it('adds a node after the chosen one by the keyboard alone, and takes it back', async () => {
    const { user } = open(makeWorkflow());
    await choose(TELL);

    await user.keyboard('n');
    const palette = await screen.findByRole('dialog', { name: /^(Add after|Put a node)/ });
    await user.type(within(palette).getByRole('combobox'), 'set fields{Enter}');

    const added = await card(/^Set fields ?Set/);
    await waitFor(() => expect(added).toHaveFocus());
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(added).not.toBeInTheDocument());
  });

  it('renames, disables and deletes by a key, and says so', async () => {
    const { user } = open(makeWorkflow());
    await choose(TELL);

    await user.keyboard('{F2}');
    await user.keyboard('Tell everybody{Enter}');
    await said('Rename to “Tell everybody”');
    await choose(/^Tell everybody/);
    await user.keyboard('d');
    await said('Disable “Tell everybody”');
    expect(await card(/^Tell everybody ?HTTP, disabled/)).toBeVisible();
    await user.keyboard('{Delete}');
    await said('Delete “Tell everybody”');
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: /^Tell everybody/ })).toBeNull(),
    );
  });

  it('connects two nodes without a pointer, and says why it cannot', async () => {
    const { user } = open(makeWorkflow());
    await choose(IF);

    await user.keyboard('c');
    await said('“Answer ignored”');
    const keys = 'Arrows choose, C changes the port, Enter connects, Esc leaves';
    expect(await screen.findByText(keys)).toBeVisible();
    await user.keyboard('{Escape}');
    expect(screen.queryByText(keys)).toBeNull();
  });

  it('goes through the edges of a node, and puts a node on one or deletes it', async () => {
    const { user, world } = open(makeWorkflow());
    await choose(IF);

    await user.keyboard('e');
    await said('Edge from “Is it main?” (true) to “Tell the receiver”, 1 of 3');
    await user.keyboard('eee');
    await said('Edge from “Is it main?” (true) to “Tell the receiver”, 1 of 3');
    await user.keyboard('n');
    const palette = await screen.findByRole('dialog', { name: /^Put a node/ });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(palette).not.toBeInTheDocument());
    await choose(IF);
    await user.keyboard('e{Delete}');
    await said('Delete an edge');
    await waitFor(
      () => expect(JSON.stringify(world.workflows[0]?.definition.edges)).not.toContain('e2'),
      {
        timeout: 5_000,
      },
    );
  });

  it('comes to notes by a key, makes them larger and writes them', async () => {
    const definition = {
      ...makeWorkflow().definition,
      editor: { notes: { why: { x: 0, y: 200, width: 200, height: 80, text: 'Because' } } },
    };
    const { user, world } = open(makeWorkflow({ definition }));
    await choose(PUSH);

    await user.keyboard('t');
    await said('Note: Because');
    await user.keyboard('{Control>}{Shift>}{ArrowRight}{ArrowRight}{ArrowUp}{/Shift}{/Control}');
    await user.keyboard('{Enter}');
    const field = await screen.findByRole('textbox', { name: 'Text of the note' });
    await user.type(field, ' of that{Escape}', { initialSelectionStart: 7 });
    await waitFor(
      () =>
        expect(world.workflows[0]?.definition).toMatchObject({
          editor: { notes: { why: { width: 240, height: 60, text: 'Because of that' } } },
        }),
      { timeout: 5_000 },
    );
  });

  it('says the same as a list, in which nodes are chosen and renamed too', async () => {
    const { user } = open(makeWorkflow());
    await choose(PUSH);

    await user.keyboard('{Alt>}o{/Alt}');
    const rows = await screen.findAllByRole('treeitem');
    expect(rows.map((row) => row.getAttribute('aria-label'))[0]).toBe('GitHub push, Webhook');
    await user.click(rows[1]!);
    await user.keyboard('{F2}Main?{Enter}');

    expect(await screen.findByRole('treeitem', { name: /^Main\?, If/ })).toBeVisible();
  });

  it('lets who may only look look, and takes no keys that change', async () => {
    const { user } = open(makeWorkflow(), makeMe({ permissions: ['workflow.read'] }));
    await choose(TELL);

    await user.keyboard('{Delete}n');

    expect(await card(TELL)).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add node' })).toBeNull();
    expect(screen.getByText('You may look, not change')).toBeVisible();
  });
});

describe('a draft that cannot be saved', () => {
  it('says why, and is tried again by a button', async () => {
    const { user, world } = open(makeWorkflow());
    await choose(TELL);
    const path = '*/api/v1/workflows/:id/operations';
    server.use(http.post(path, () => problem(403, 'forbidden', 'You may only look.')));
    await user.keyboard('d');
    expect(await screen.findByText('Not saved. You may only look.')).toBeVisible();

    server.resetHandlers();
    serve({ workflows: world.workflows, me: world.me, nodeTypes: CATALOGUE });
    await user.click(screen.getByRole('button', { name: 'Save now' }));
    expect(await screen.findByText(/^Saved \d/)).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save now' })).toBeNull());
  });
});

describe('a new workflow', () => {
  it('starts with a trigger', async () => {
    const definition = { nodes: [], edges: [] };
    const { user } = open(makeWorkflow({ definition, live_version: null, triggers: [] }));

    await user.click(await screen.findByRole('button', { name: /^By hand/ }));

    expect(await card(/^Manual ?Manual/)).toBeVisible();
    expect(screen.queryByText('Start with a trigger')).toBeNull();
  });
});
