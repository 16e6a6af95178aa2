import { screen, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { makeMe, makeMember, makeShare, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import type { World } from '@/testing/world';
import EditorPage from './editor-page';

const ben = makeMember({ name: 'Ben' });

async function open(more: Partial<World> = {}) {
  const workflow = makeWorkflow({ name: 'Orders' });
  const world = serve({ workflows: [workflow], members: [ben], ...more });
  const { user } = renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<EditorPage />} />
    </Routes>,
  );
  await user.click(await screen.findByRole('button', { name: 'More actions', busy: false }));
  const dialog = async () => {
    await user.click(await screen.findByRole('menuitem', { name: 'Share…' }));
    return within(await screen.findByRole('dialog', { name: 'Share Orders' }));
  };
  return { world, user, workflow, dialog };
}

describe('sharing a workflow', () => {
  it('keeps everybody out but those with whom it is shared, and lets them in again', async () => {
    const { world, user, workflow, dialog } = await open();
    const form = await dialog();

    await user.click(form.getByRole('button', { name: 'Only those below' }));
    expect(
      await form.findByText('Only those below see it, and the owners and admins of the tenant.'),
    ).toBeVisible();
    await user.click(form.getByRole('button', { name: 'Everybody' }));
    expect(
      await form.findByText('Everybody whose role lets them see workflows sees it.'),
    ).toBeVisible();

    const path = `/api/v1/workflows/${workflow.id}`;
    expect(world.sent.map((one) => one.path)).toEqual([`${path}/restrict`, `${path}/open`]);
  });

  it('lets a member in for looking, then for changing, and takes it away again', async () => {
    const { world, user, workflow, dialog } = await open();
    const form = await dialog();
    expect(await form.findByText('It is shared with nobody yet.')).toBeVisible();
    expect(form.getByRole('button', { name: 'Add' })).toBeDisabled();

    await form.findByRole('option', { name: 'Ben' });
    await user.selectOptions(form.getByLabelText('Share with'), 'Ben');
    await user.click(form.getByRole('button', { name: 'Add' }));
    const level = await form.findByLabelText('What Ben may do');
    expect(level).toHaveValue('viewer');
    expect(within(form.getByLabelText('Share with')).queryByText('Ben')).toBeNull();
    await user.selectOptions(level, 'may change');
    await form.findByRole('option', { name: 'may change', selected: true });
    await user.click(form.getByRole('button', { name: 'Remove Ben' }));

    expect(await form.findByText('It is shared with nobody yet.')).toBeVisible();
    const path = `/api/v1/workflows/${workflow.id}/shares/members/${ben.id}`;
    expect(world.sent.map(({ path: to, body }) => [to, body])).toEqual([
      [path, { level: 'viewer' }],
      [path, { level: 'editor' }],
      [path, null],
    ]);
  });

  it('offers roles before members, and no owners and admins, who may everything', async () => {
    const { dialog } = await open({
      members: [ben, makeMember({ name: 'Olga', role: 'owner' })],
      shares: [makeShare({ kind: 'role', subject: 'viewer', name: 'viewer' })],
    });
    const form = await dialog();

    await form.findByRole('option', { name: 'Ben' });
    const offered = within(form.getByLabelText('Share with')).getAllByRole('option');
    expect(offered.map((one) => one.textContent)).toEqual([
      'A member or a role',
      'Everyone who is editor',
      'Everyone who is operator',
      'Ben',
    ]);
    expect(form.getByLabelText('What Everyone who is viewer may do')).toHaveValue('viewer');
  });

  it('says why nothing is told, and asks again', async () => {
    const { world, user, dialog } = await open({ narrow: true });
    const form = await dialog();

    expect(await form.findByText('This workflow is not yours.')).toBeVisible();
    world.narrow = false;
    await user.click(form.getByRole('button', { name: 'Try again' }));

    expect(await form.findByText('It is shared with nobody yet.')).toBeVisible();
  });

  it('is offered to whoever may share', async () => {
    const permissions = ['workflow.read', 'workflow.update'];
    await open({ me: makeMe({ permissions }) });

    expect(await screen.findByRole('menuitem', { name: 'Edit as JSON' })).toBeVisible();
    expect(screen.queryByRole('menuitem', { name: 'Share…' })).toBeNull();
  });
});
