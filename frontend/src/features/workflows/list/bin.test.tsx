import { screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { Toaster } from 'sonner';
import { beforeEach, expect, it, vi } from 'vitest';
import { makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import WorkflowsPage from '../components/workflows-page';
import { daysLeft } from './bin-api';

/** What was handed to the browser as a file. */
const files: { name: string; blob: Blob }[] = [];

beforeEach(() => {
  files.length = 0;
  let blob = new Blob();
  Object.assign(URL, {
    createObjectURL: (one: Blob) => {
      blob = one;
      return 'blob:here';
    },
    revokeObjectURL: () => undefined,
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    files.push({ name: this.download, blob });
  });
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

function open(world: Partial<World> = {}, path = '/workflows?bin=true') {
  const made = serve({
    workflows: [makeWorkflow({ name: 'Leads' })],
    bin: [
      makeWorkflow({ name: 'Refunds', is_active: false, deleted_at: daysAgo(1.5) }),
      makeWorkflow({ name: 'Old letter', is_active: false, deleted_at: daysAgo(40) }),
    ],
    ...world,
  });
  const page = renderAt(
    path,
    <>
      <Routes>
        <Route path="/workflows" element={<WorkflowsPage demo={() => null} />} />
        <Route path="*" element={null} />
      </Routes>
      <Toaster />
    </>,
  );
  return { ...page, world: made };
}

it('shows what was deleted and how long it stays, and brings it back', async () => {
  const { user, world } = open();

  expect(await screen.findByText('In 29 days')).toBeVisible();
  expect(screen.getByText('Today')).toBeVisible();
  expect(screen.getByText(/lie here for 30 days/)).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Refunds' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Restore Refunds' }));

  expect(await screen.findByText('1 workflow is back, inactive')).toBeVisible();
  await waitFor(() => expect(screen.queryByText('Refunds')).toBeNull());
  expect(world.workflows.map(({ name }) => name)).toContain('Refunds');
});

it('is led to from the list, and back', async () => {
  const { user, address } = open({}, '/workflows');
  await screen.findByRole('link', { name: 'Leads' });
  await user.click(screen.getAllByRole('link', { name: 'Bin' })[0]!);

  expect(await screen.findByText('Refunds')).toBeVisible();
  expect(address()).toBe('/workflows?bin=true');
  await user.click(screen.getByRole('link', { name: 'All workflows' }));
  expect(await screen.findByRole('link', { name: 'Leads' })).toBeVisible();
});

it('is emptied by the keyboard alone, after one question', async () => {
  const { user, world } = open();
  await screen.findByText('Refunds');

  await user.keyboard('a{Backspace}');
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Delete 2 workflows for ever?' }),
  );
  expect(world.sent).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Delete for ever' }));

  expect(await screen.findByText('The bin is empty')).toBeVisible();
  expect(world.bin).toEqual([]);
});

it('walks its rows by J, and restores the one that has the focus', async () => {
  const { user, world } = open();
  await screen.findByText('Refunds');

  await user.keyboard('jj{Enter}');

  await waitFor(() => expect(world.bin.map(({ name }) => name)).toEqual(['Refunds']));
});

it('tells of each that was refused why', async () => {
  const { user } = open();
  server.use(
    http.delete('*/api/v1/workflows/:id/purge', () =>
      problem(409, 'still_running', 'Executions of this workflow still run. Cancel them first.'),
    ),
  );
  await user.click(await screen.findByRole('button', { name: 'Delete Refunds for ever' }));
  await user.click(
    within(await screen.findByRole('dialog', { name: 'Delete Refunds for ever?' })).getByRole(
      'button',
      { name: 'Delete for ever' },
    ),
  );

  expect(await screen.findByText(/Cancel them first/)).toBeVisible();
  await user.click(screen.getAllByRole('button', { name: 'Close' }).at(-1)!);
  expect(screen.getByText('Refunds')).toBeVisible();
});

it('lets who may not delete look only, and says so', async () => {
  open({ me: makeMe({ permissions: ['workflow.read'] }) });

  const restore = await screen.findByRole('button', { name: 'Restore Refunds' });
  expect(restore).toHaveAttribute('aria-disabled', 'true');
  expect(restore).toHaveAccessibleDescription(/does not let you delete workflows/);
  expect(screen.queryByRole('checkbox')).toBeNull();
});

it('says that it is empty, and that it did not load', async () => {
  const { unmount } = open({ bin: [] });
  expect(await screen.findByText('The bin is empty')).toBeVisible();
  unmount();

  server.use(http.get('*/api/v1/workflows', () => problem(500, 'error', 'Broken.')));
  renderAt('/workflows?bin=true', <WorkflowsPage demo={() => null} />);
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeVisible();
});

it('counts whole days, never below none', () => {
  const now = Date.parse('2026-05-31T00:00:00Z');
  expect(daysLeft('2026-05-31T00:00:00Z', now)).toBe(30);
  expect(daysLeft('2026-05-02T00:00:01Z', now)).toBe(2);
  expect(daysLeft('2026-04-01T00:00:00Z', now)).toBe(0);
  expect(daysLeft(null, now)).toBe(0);
});

/** Blob.text() is none of jsdom's. */
const written = (): Promise<unknown> =>
  new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(JSON.parse(reader.result as string));
    reader.readAsText(files.at(-1)?.blob ?? new Blob(['null']));
  });

it('exports the chosen as one file, by key', async () => {
  const { user } = open(
    {
      workflows: [makeWorkflow({ name: 'Leads' }), makeWorkflow({ name: 'Draft', tags: ['crm'] })],
    },
    '/workflows',
  );
  await screen.findByRole('link', { name: 'Leads' });

  await user.keyboard('ae');

  expect(await screen.findByText('2 workflows are exported')).toBeVisible();
  await waitFor(() => expect(files).toHaveLength(1));
  expect(files.at(-1)?.name).toMatch(/^workflows-\d{4}-\d\d-\d\d\.json$/);
  expect(await written()).toMatchObject({
    workflows: [{ name: 'Leads' }, { name: 'Draft', tags: ['crm'] }],
  });
});

it('exports one as it is imported again, and what lies in a folder with those inside', async () => {
  const folder = (id: string, name: string, parent_id: string | null = null) => ({
    id,
    name,
    parent_id,
    workflow_count: 0,
  });
  const { user } = open(
    {
      folders: [folder('f1', 'Finance'), folder('f2', 'Invoices', 'f1')],
      workflows: [
        makeWorkflow({ name: 'Leads' }),
        makeWorkflow({ name: 'Deep', folder_id: 'f2' }),
        makeWorkflow({ name: 'Near', folder_id: 'f1' }),
      ],
    },
    '/workflows',
  );
  await screen.findByRole('link', { name: 'Leads' });
  await user.click(screen.getByRole('button', { name: 'More of Leads' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Export' }));
  await waitFor(() => expect(files).toHaveLength(1));
  expect(await written()).toMatchObject({
    name: 'Leads',
    definition: expect.anything() as unknown,
  });

  await user.click(screen.getByRole('button', { name: 'More of the folder Finance' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Export what lies in it' }));
  await waitFor(() => expect(files).toHaveLength(2));
  expect(await written()).toMatchObject({ workflows: [{ name: 'Deep' }, { name: 'Near' }] });
});

it('says what is missing from the file, and asks again for what did not fit', async () => {
  const { user, world } = open(
    { workflows: [makeWorkflow({ name: 'Leads' }), makeWorkflow({ name: 'Large' })] },
    '/workflows',
  );
  await screen.findByRole('link', { name: 'Leads' });
  const [first, second] = world.workflows;
  const answers = [
    { workflows: [first], results: [{ id: second!.id, code: 'too_large', message: 'Too large.' }] },
    { workflows: [], results: [{ id: second!.id, code: 'too_large', message: 'Too large.' }] },
  ];
  server.use(http.post('*/api/v1/workflows/export', () => Response.json(answers.shift())));

  await user.keyboard('ae');

  expect(await screen.findByText('1 workflow is missing from the file: Too large.')).toBeVisible();
  expect(answers).toEqual([]);
  expect(await written()).toMatchObject({ name: 'Leads' });
});
