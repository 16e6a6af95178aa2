import { screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { useShortcut } from '@/lib/keys';
import { memory } from '@/lib/storage';
import { makeExecution, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import Palette from './palette';

const WORKFLOW = makeWorkflow({ name: 'Deploy on push' });
const EXECUTION = makeExecution({ workflow_id: WORKFLOW.id, status: 'failed' });

function Behind({ act }: { act: () => void }) {
  useShortcut('rename', act);
  useShortcut('next_row', act);
  return null;
}

function open(act = vi.fn()) {
  serve({ workflows: [WORKFLOW], executions: [EXECUTION] });
  const onClose = vi.fn();
  const page = renderAt(
    '/',
    <>
      <Behind act={act} />
      <Palette onClose={onClose} onShortcuts={() => undefined} />
    </>,
  );
  return { ...page, onClose };
}

const type = async (user: ReturnType<typeof open>['user'], text: string): Promise<void> =>
  user.type(await screen.findByRole('combobox'), text);

it('shows first what was looked at last', async () => {
  memory.set(
    'recent',
    JSON.stringify([`/executions/${EXECUTION.id}`, `/workflows/${WORKFLOW.id}`]),
  );
  const { user, address } = open();

  const [group] = await screen.findAllByRole('group');
  await waitFor(() => expect(group).toHaveTextContent(/^Execution .{8}Deploy on push$/));
  await user.keyboard('{ArrowDown}{Enter}');

  expect(address()).toBe(`/workflows/${WORKFLOW.id}`);
});

it('finds an execution by its workflow and its state, and any by its whole id', async () => {
  const { user, address } = open();

  await type(user, 'failed');
  expect(await screen.findByRole('option', { name: /Deploy on push .*Failed/ })).toBeVisible();

  await user.clear(screen.getByRole('combobox'));
  const other = '0199d3a0-ffff-7000-8000-00000000abcd';
  await type(user, other);
  await user.click(await screen.findByRole('option', { name: 'Execution 0000abcd' }));
  expect(address()).toBe(`/executions/${other}`);
});

it('offers what the page behind it answers, and does it once the palette is gone', async () => {
  const act = vi.fn();
  const { user, onClose } = open(act);
  const here = await screen.findByRole('group', { name: 'On this page' });
  expect(within(here).getAllByRole('option')).toHaveLength(1);

  await type(user, 'rename');
  await user.keyboard('{Enter}');

  expect(onClose).toHaveBeenCalledOnce();
  await waitFor(() => expect(act).toHaveBeenCalledOnce());
});

it('opens the workflow it has made although it closes at once', async () => {
  const world = serve();
  function Closing() {
    const [isOpen, setOpen] = useState(true);
    return isOpen && <Palette onClose={() => setOpen(false)} onShortcuts={() => undefined} />;
  }
  const { user, address } = renderAt('/', <Closing />);

  await user.click(await screen.findByRole('option', { name: 'New workflow' }));

  await waitFor(() => expect(address()).toBe(`/workflows/${world.workflows[0]?.id ?? ''}`));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('makes a workflow, and says where nothing is called so', async () => {
  const { user, address } = open();
  await type(user, 'zzzz');
  expect(await screen.findByText('Nothing is called “zzzz”.')).toBeVisible();

  await user.clear(screen.getByRole('combobox'));
  await type(user, 'new workflow');
  await user.keyboard('{Enter}');

  await waitFor(() => expect(address()).toMatch(/^\/workflows\/./));
});
