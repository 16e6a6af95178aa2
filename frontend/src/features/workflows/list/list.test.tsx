import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { Route, Routes } from 'react-router';
import { Toaster } from 'sonner';
import { expect, it } from 'vitest';
import { makeMe, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem, type World } from '@/testing/world';
import WorkflowsPage from '../components/workflows-page';

const folder = (id: string, name: string, parent_id: string | null = null) => ({
  id,
  name,
  parent_id,
  workflow_count: 0,
});
const FOLDERS = () => [
  folder('f-finance', 'Finance'),
  folder('f-invoices', 'Invoices', 'f-finance'),
  folder('f-growth', 'Growth'),
];

function open(world: Partial<World> = {}, path = '/workflows') {
  const made = serve({
    folders: FOLDERS(),
    workflows: [
      makeWorkflow({ name: 'Leads', folder_id: 'f-growth', tags: ['crm'] }),
      makeWorkflow({ name: 'Refunds', folder_id: 'f-finance', tags: ['crm', 'money'] }),
      makeWorkflow({ name: 'Draft', is_active: false, live_version: null }),
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
  const byName = (name: string) => made.workflows.find((one) => one.name === name);
  return { ...page, world: made, byName };
}

const names = (): (string | undefined)[] =>
  [...document.querySelectorAll<HTMLElement>('[data-row]')].map((one) => one.textContent);
const sent = (world: World): unknown[] => world.sent.map(({ path, body }) => [path, body]);

it('shows what lies in a folder, and the way back leads to all', async () => {
  const { user, address } = open();
  await screen.findByRole('link', { name: 'Leads' });
  const tree = within(screen.getByRole('navigation', { name: 'Folders of workflows' }));
  expect(tree.queryByRole('link', { name: /Invoices/ })).toBeNull();

  await user.click(tree.getByRole('link', { name: /Finance/ }));
  await waitFor(() => expect(names()).toEqual(['Refunds']));
  expect(address()).toBe('/workflows?folder=f-finance');

  await user.click(tree.getByRole('button', { name: 'Open Finance' }));
  await user.click(tree.getByRole('button', { name: 'Open Finance' }));
  await user.click(tree.getByRole('link', { name: /Invoices/ }));
  expect(await screen.findByText('This folder is empty')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'All workflows' }));
  await waitFor(() => expect(names()).toHaveLength(3));
});

it('asks the server for what it filters by, and keeps it in the address', async () => {
  const { user, address } = open({}, '/workflows?tag=crm&sort=-name');
  await waitFor(() => expect(names()).toEqual(['Refunds', 'Leads']));

  await user.click(screen.getByRole('button', { name: 'Tag: crm · 2' }));
  await user.click(await screen.findByRole('menuitemradio', { name: 'money · 1' }));
  await waitFor(() => expect(names()).toEqual(['Refunds']));
  expect(address()).toBe('/workflows?sort=-name&tag=crm&tag=money');

  await user.click(screen.getAllByRole('button', { name: 'Clear the filters' })[0]!);
  await waitFor(() => expect(names()).toEqual(['Refunds', 'Leads', 'Draft']));
  await user.click(screen.getByRole('button', { name: 'State: Any state' }));
  await user.click(await screen.findByRole('menuitemradio', { name: 'Not live' }));
  await waitFor(() => expect(names()).toEqual(['Draft']));
});

it('finds by name what is not among the rows that have come', async () => {
  const many = Array.from({ length: 120 }, (_, index) => makeWorkflow({ name: `One ${index}` }));
  const { user } = open({ workflows: [...many, makeWorkflow({ name: 'Oldest' })] });
  await screen.findByRole('link', { name: 'One 0' });

  await user.keyboard('/oldest');

  expect(await screen.findByRole('link', { name: 'Oldest' })).toBeVisible();
  expect(names()).toEqual(['Oldest']);
});

it('draws only the rows near the window, however many there are', async () => {
  const many = Array.from({ length: 100 }, (_, index) => makeWorkflow({ name: `One ${index}` }));
  open({ workflows: many });
  await screen.findByRole('link', { name: 'One 0' });

  expect(names().length).toBeLessThan(50);
});

it('moves the chosen by the keyboard alone, at once, and takes it back', async () => {
  const { user, world, byName } = open();
  await screen.findByRole('link', { name: 'Leads' });
  const moved = [byName('Leads'), byName('Refunds')];

  await user.keyboard('jxjxm');
  expect(await screen.findByRole('combobox')).toHaveFocus();
  await user.keyboard('invo{Enter}');

  await waitFor(() =>
    expect(moved.map((one) => one?.folder_id)).toEqual(['f-invoices', 'f-invoices']),
  );
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() =>
    expect(moved.map((one) => one?.folder_id)).toEqual(['f-growth', 'f-finance']),
  );
  expect(sent(world)[0]).toEqual([
    '/api/v1/workflows/move',
    { ids: moved.map((one) => one?.id), folder_id: 'f-invoices' },
  ]);
});

it('moves what is dropped on a folder', async () => {
  const { world, byName } = open();
  const link = await screen.findByRole('link', { name: 'Leads' });
  const data = new Map<string, string>();
  const dataTransfer = {
    setData: (type: string, text: string) => data.set(type, text),
    getData: (type: string) => data.get(type) ?? '',
    get types() {
      return [...data.keys()];
    },
  };

  fireEvent.dragStart(link, { dataTransfer });
  fireEvent.drop(screen.getByRole('link', { name: /Finance/ }), { dataTransfer });

  await waitFor(() => expect(byName('Leads')?.folder_id).toBe('f-finance'));
  expect(world.sent).toHaveLength(1);
});

it('tells of each workflow that was refused why, and leaves it as it was', async () => {
  const { user, byName } = open();
  await screen.findByRole('link', { name: 'Leads' });
  Object.assign(byName('Leads') ?? {}, { is_active: false });

  await user.keyboard('a');
  await user.click(screen.getByRole('button', { name: 'Activate' }));

  const dialog = within(await screen.findByRole('dialog', { name: '1 workflow is as it was' }));
  expect(dialog.getByRole('link', { name: 'Draft' })).toBeVisible();
  expect(dialog.getByText('It was never published. Publish it first.')).toBeVisible();
  expect(dialog.getByText('It was done for 2 others.')).toBeVisible();
  expect(byName('Leads')?.is_active).toBe(true);
});

it('shows a failed wish as not done', async () => {
  const { user } = open();
  await screen.findByRole('link', { name: 'Leads' });
  server.use(
    http.post('*/api/v1/workflows/tag', () => problem(500, 'internal', 'The database is away.')),
  );

  await user.keyboard('jt');
  await user.click(await screen.findByRole('checkbox', { name: 'money' }));
  await user.click(screen.getByRole('button', { name: 'Save the tags' }));

  const dialog = within(await screen.findByRole('dialog', { name: '1 workflow is as it was' }));
  expect(dialog.getByText('The database is away.')).toBeVisible();
});

it('tags many at once, and leaves alone what only some have until it is clicked', async () => {
  const { user, byName } = open();
  await screen.findByRole('link', { name: 'Leads' });

  await user.keyboard('at');
  const money = await screen.findByRole('checkbox', { name: 'money' });
  expect(money).toBePartiallyChecked();
  await user.type(screen.getByLabelText('New tag'), 'q4{Enter}');
  await user.click(screen.getByRole('button', { name: 'Save the tags' }));

  await waitFor(() => expect(byName('Draft')?.tags).toEqual(['q4']));
  expect(byName('Refunds')?.tags).toEqual(['crm', 'money', 'q4']);
});

it('asks before live workflows go to the bin, and brings them back live', async () => {
  const { user, world, byName } = open();
  await screen.findByRole('link', { name: 'Leads' });

  await user.keyboard('j{Delete}');
  const dialog = within(await screen.findByRole('dialog', { name: 'Move 1 workflow to the bin?' }));
  await user.click(dialog.getByRole('button', { name: 'Move to bin' }));
  await waitFor(() => expect(names()).toEqual(['Refunds', 'Draft']));

  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(byName('Leads')?.is_active).toBe(true));
  expect(sent(world).map((one) => (one as [string])[0].replace(/[0-9a-f-]{36}/, 'id'))).toEqual([
    '/api/v1/workflows/delete',
    '/api/v1/workflows/id/restore',
    '/api/v1/workflows/activate',
  ]);
});

it('makes, renames and removes folders, and says that a name is taken', async () => {
  const { user, world } = open();
  await screen.findByRole('link', { name: 'Leads' });

  await user.click(screen.getAllByRole('button', { name: 'New folder' })[0]!);
  const name = await screen.findByLabelText('Name');
  await user.type(name, 'Growth{Enter}');
  expect(await screen.findByText('There is a folder of this name there already.')).toBeVisible();
  await user.clear(name);
  await user.type(name, 'People{Enter}');
  await screen.findByRole('link', { name: /People/ });

  await user.click(screen.getByRole('button', { name: 'More of the folder Finance' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Remove the folder' }));
  await user.click(await screen.findByRole('button', { name: 'Remove the folder' }));
  await waitFor(() => expect(world.folders.map((one) => one.name)).not.toContain('Finance'));
  expect(world.folders.find((one) => one.name === 'Invoices')?.parent_id).toBeNull();
});

it('lets who may only look choose and change nothing', async () => {
  open({ me: makeMe({ permissions: ['workflow.read'] }) });
  await screen.findByRole('link', { name: 'Leads' });

  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.queryByRole('button', { name: 'New folder' })).toBeNull();
  expect(screen.queryByText('14 days')).toBeNull();
});

it('bins nothing where the focus is on no row', async () => {
  const { user, world } = open();
  await screen.findByRole('link', { name: 'Draft' });
  await user.keyboard('jjj');
  expect(screen.getByRole('link', { name: 'Draft' })).toHaveFocus();
  screen.getByRole('link', { name: 'Draft' }).blur();

  await user.keyboard('{Backspace}');
  expect(sent(world)).toEqual([]);

  screen.getByRole('link', { name: 'Draft' }).focus();
  await user.keyboard('{Backspace}');
  await waitFor(() => expect(sent(world)).toHaveLength(1));
});

it('saves a tag that was typed and not added', async () => {
  const { user, byName } = open();
  await screen.findByRole('link', { name: 'Leads' });

  await user.keyboard('jt');
  await user.type(await screen.findByLabelText('New tag'), 'urgent');
  await user.click(screen.getByRole('button', { name: 'Save the tags' }));

  await waitFor(() => expect(byName('Leads')?.tags).toEqual(['crm', 'urgent']));
});
