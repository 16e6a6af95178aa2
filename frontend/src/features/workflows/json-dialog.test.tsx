import { screen, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import JsonDialog from './components/json-dialog';
import type { Workflow } from './types';

const WRONG =
  '{"name": "Tell the team", "nodes": [{"id": "call", "type": "htpp", "data": {"name": "Call the API"}}], "edges": []}';
const RIGHT = '{"nodes": [{"id": "start", "type": "trigger:manual"}], "edges": []}';

function open(workflow: Workflow | null = null) {
  const onClose = vi.fn();
  return {
    ...renderAt('/workflows', <JsonDialog workflow={workflow} onClose={onClose} />),
    onClose,
  };
}

async function paste(user: ReturnType<typeof open>['user'], text: string): Promise<void> {
  const box = screen.getByLabelText('Document');
  await user.clear(box);
  await user.click(box);
  await user.paste(text);
}

it('saves a draft, lists its problems by node, and does not let errors be published', async () => {
  const world = serve();
  const { user } = open();

  await paste(user, WRONG);
  expect(screen.getByLabelText('Name')).toHaveValue('Tell the team');
  expect(screen.getByText('1 node · 0 edges')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Save draft' }));

  expect(await screen.findByText('The draft is saved.')).toBeVisible();
  expect(screen.getByText('Call the API')).toBeVisible();
  expect(screen.getByText(/“htpp” is no node type/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Publish and activate' })).toBeDisabled();
  expect(world.workflows.map((one) => one.name)).toEqual(['Tell the team']);
});

it('saves again over the revision it has read, and then publishes', async () => {
  const world = serve();
  const { user, address, onClose } = open();
  await paste(user, WRONG);
  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  await screen.findByText('The draft is saved.');

  await paste(user, RIGHT);
  await user.click(screen.getByRole('button', { name: 'Save again' }));
  expect(await screen.findByText(/No problems found/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Publish and activate' }));

  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  const [workflow] = world.workflows;
  expect(workflow).toMatchObject({ is_active: true, live_version: 1, draft_revision: 2 });
  expect(world.sent.map(({ path }) => path.split('/').at(-1))).toEqual([
    'workflows',
    workflow?.id,
    'publish',
    'activate',
  ]);
  expect(world.sent[1]?.headers.get('If-Match')).toBe('"1"');
  await waitFor(() => expect(address()).toBe(`/workflows/${workflow?.id ?? ''}`));
});

it('closes by one Escape once what was typed is saved', async () => {
  serve();
  const { user, onClose } = open();
  await paste(user, WRONG);
  await user.click(screen.getByRole('button', { name: 'Save draft' }));
  await screen.findByText('The draft is saved.');
  await user.keyboard('{Escape}');

  expect(onClose).toHaveBeenCalledOnce();
});

it('says where the text stops being JSON, and sends nothing', async () => {
  const world = serve();
  const { user } = open();

  await paste(user, '{\n  "nodes": [,]\n}');
  await user.click(screen.getByRole('button', { name: 'Save draft' }));

  expect(screen.getByText('This is not JSON: line 2, column 13.')).toBeVisible();
  expect(screen.getByLabelText('Document')).toBeInvalid();
  expect(world.sent).toEqual([]);
});

it('asks for a name', async () => {
  const world = serve();
  const { user } = open();

  await paste(user, RIGHT);
  await user.click(screen.getByRole('button', { name: 'Save draft' }));

  expect(screen.getByText('Give it a name.')).toBeVisible();
  expect(world.sent).toEqual([]);
});

it('tells that somebody else has saved meanwhile, and overwrites nothing', async () => {
  const workflow = makeWorkflow({ name: 'Deploy', draft_revision: 7 });
  const world = serve({ workflows: [{ ...workflow, draft_revision: 8 }] });
  const { user } = open(workflow);

  await paste(user, RIGHT);
  await user.click(screen.getByRole('button', { name: 'Save draft' }));

  expect(await screen.findByText(/Somebody else saved this draft meanwhile/)).toBeVisible();
  expect(world.workflows[0]?.definition).toEqual(workflow.definition);
});
