import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { inspect } from './inspecting';

async function open(
  data: Record<string, unknown> = {},
  config: unknown = {},
  more: object = {},
  type = 'action:http',
) {
  const page = await inspect(type, config, { data, ...more });
  await page.user.click(await screen.findByRole('tab', { name: /Behaviour/ }));
  await screen.findByRole('textbox', { name: 'Notes' });
  return { ...page, edit: vi.spyOn(page.store.actions, 'edit') };
}

const patch = (change: object) => [{ op: 'node.patch', id: 'act', ...change }];

describe('what a node does beside its settings', () => {
  it('is disabled, and enabled by undo', async () => {
    const { user, edit, undo, data } = await open();

    await user.click(screen.getByRole('checkbox', { name: /Disabled/ }));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/disabled': true } }));
    undo();
    expect(data().disabled).toBeUndefined();
  });

  it('says what follows a failure, and shows the default until it is set', async () => {
    const { user, edit } = await open();
    const group = screen.getByRole('group', { name: 'When it fails' });
    expect(within(group).getByRole('radio', { name: /Stop the execution/ })).toBeChecked();

    await user.click(within(group).getByRole('radio', { name: /error exit/ }));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/on_error': 'branch' } }));
  });

  it('keeps a word that nobody knows, and shows what is wrong with it', async () => {
    const problem = { path: '/nodes/1/data/on_error', message: '“Act”: stop, continue or branch.' };
    await open({ on_error: 'explode' }, {}, { problems: [problem] });

    expect(screen.getByRole('radio', { name: /explode \(not among/ })).toBeChecked();
    expect(screen.getByText('stop, continue or branch.')).toBeVisible();
    expect(screen.getByRole('tab', { name: /Behaviour has problems/ })).toBeVisible();
  });

  it('is tried again as it says, part by part', async () => {
    const { user, edit, data } = await open();

    await user.type(screen.getByRole('textbox', { name: 'Attempts' }), '5');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/retry/attempts': 5 } }));
    await user.selectOptions(screen.getByRole('combobox', { name: 'Waits' }), 'fixed');
    const statuses = screen.getByRole('group', { name: 'Only these statuses' });
    await user.click(within(statuses).getByRole('button', { name: 'Add value' }));
    await user.type(
      within(statuses).getByRole('textbox', { name: 'Only these statuses 1' }),
      '503',
    );
    expect(data().retry).toEqual({ attempts: 5, backoff: 'fixed', statuses: [503] });
    await user.clear(screen.getByRole('textbox', { name: 'Attempts' }));
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ unset: ['/data/retry/attempts'] }));
  });

  it('shows a part of it that is wrong there', async () => {
    const problem = { path: '/nodes/1/data/retry/attempts', message: '“Act”: from 1 to 20.' };
    await open({ retry: { attempts: 99 } }, {}, { problems: [problem] });

    expect(screen.getByRole('textbox', { name: 'Attempts' })).toBeInvalid();
    expect(screen.getByText('from 1 to 20.')).toBeVisible();
  });

  it('is read inside of the settings where older documents have it, and stays there', async () => {
    const { user, edit } = await open({}, { on_error: 'continue', retry: { attempts: 2 } });

    expect(screen.getByRole('radio', { name: /^Continue/ })).toBeChecked();
    await user.type(screen.getByRole('textbox', { name: 'Attempts' }), '0');
    expect(edit.mock.lastCall?.[0]).toEqual(patch({ set: { '/data/config/retry/attempts': 20 } }));
  });

  it('of a loop is not the setting that has the same name', async () => {
    await open({}, { on_error: 'continue' }, {}, 'control:loop');

    expect(screen.getByRole('radio', { name: /Stop the execution/ })).toBeChecked();
  });

  it('of a trigger is no failure: it is fired and never run', async () => {
    await open({}, {}, {}, 'trigger:webhook');

    expect(screen.queryByRole('group', { name: 'When it fails' })).toBeNull();
  });

  it('has notes, written as one step of undo', async () => {
    const { user, data, undo } = await open();

    await user.type(screen.getByRole('textbox', { name: 'Notes' }), 'why');
    expect(data().notes).toBe('why');
    undo();
    expect(data().notes ?? '').toBe('');
  });
});

describe('several nodes', () => {
  it('are disabled together by one step, and one of them is chosen by its name', async () => {
    const { user, store } = await inspect('action:http', {});
    const edit = vi.spyOn(store.actions, 'edit');
    store.actions.select(['start', 'act']);
    await screen.findByText('2 nodes selected');

    await user.click(screen.getByRole('button', { name: 'Disable all' }));
    expect(edit.mock.lastCall).toEqual([
      ['start', 'act'].map((id) => ({ op: 'node.patch', id, set: { '/data/disabled': true } })),
      'disable 2 nodes',
    ]);
    expect(screen.getByRole('button', { name: 'Enable all' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: /^Act/ }));
    expect(await screen.findByRole('textbox', { name: 'Name of the node' })).toHaveValue('Act');
  });

  it('are deleted together', async () => {
    const { user, store } = await inspect('action:http', {});
    store.actions.select(['start', 'act']);
    await user.click(await screen.findByRole('button', { name: 'Delete all' }));

    await waitFor(() => expect(store.now().raw.nodes).toEqual([]));
    store.actions.undo();
    expect(store.now().raw.nodes).toHaveLength(2);
  });
});
