import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { Toaster, toast } from 'sonner';
import { beforeEach, describe, expect, it } from 'vitest';
import { ago, makeId, makeMe, makeMember, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import VersionsPage from './versions-page';

const call = (url: string) => ({
  id: 'call',
  type: 'action:http',
  position: { x: 300, y: 0 },
  data: { name: 'Call', config: { url } },
});
const START = {
  id: 'start',
  type: 'trigger:manual',
  position: { x: 0, y: 0 },
  data: { name: 'Start' },
};
const ANSWER = {
  id: 'answer',
  type: 'action:respond',
  position: { x: 600, y: 0 },
  data: { name: 'Answer', config: { status: 200 } },
};
const EDGE = { id: 'e1', source: 'start', target: 'call' };

const ONE = { nodes: [START, call('http://one.test'), ANSWER], edges: [EDGE] };
const TWO = { nodes: [START, call('http://two.test')], edges: [EDGE] };

function open(path = '', me = makeMe()) {
  const mina = makeMember({ name: 'Mina' });
  const workflow = makeWorkflow({ name: 'Refunds', live_version: 2, definition: TWO });
  const version = (number: number, definition: object, by: string, note: string) => ({
    workflow_id: workflow.id,
    id: makeId(),
    number,
    note,
    created_at: ago(9_000 - number * 3_600),
    created_by: by,
    definition: definition as Record<string, unknown>,
  });
  const world = serve({
    me: { ...me, permissions: [...me.permissions, 'user.read'] },
    members: [mina],
    workflows: [workflow],
    versions: [version(1, ONE, mina.id, 'First'), version(2, TWO, me.id, 'Without an answer')],
  });
  const page = renderAt(
    `/workflows/${workflow.id}/versions${path}`,
    <>
      <Toaster />
      <Routes>
        <Route path="/workflows/:id/versions" element={<VersionsPage />} />
      </Routes>
    </>,
  );
  return { ...page, world, workflow };
}

beforeEach(() => {
  toast.dismiss();
});

describe('more than a hundred versions', () => {
  it('come a hundred at a time, and the last that is listed has one before it', async () => {
    const workflow = makeWorkflow({ name: 'Refunds', live_version: 130 });
    serve({ workflows: [workflow] });
    const { user } = renderAt(
      `/workflows/${workflow.id}/versions?show=31`,
      <Routes>
        <Route path="/workflows/:id/versions" element={<VersionsPage />} />
      </Routes>,
    );
    const list = within(await screen.findByRole('list', { name: 'Versions' }));
    expect(list.queryByRole('button', { name: /^Version 30/ })).toBeNull();
    expect(await screen.findByRole('button', { name: /Version 30$/ })).toBeVisible();

    await user.click(list.getByRole('button', { name: 'Show older versions' }));
    expect(await list.findByRole('button', { name: /^Version 30/ })).toBeVisible();
    expect(list.getByRole('button', { name: /^Version 1[^0-9]/ })).toBeVisible();
    expect(list.queryByRole('button', { name: 'Show older versions' })).toBeNull();
  });
});

describe('a version that is not listed yet', () => {
  it('is compared with the one before it', async () => {
    const workflow = makeWorkflow({ name: 'Refunds', live_version: 130 });
    serve({ workflows: [workflow] });
    renderAt(
      `/workflows/${workflow.id}/versions?show=20`,
      <Routes>
        <Route path="/workflows/:id/versions" element={<VersionsPage />} />
      </Routes>,
    );

    expect(await screen.findByRole('button', { name: /Version 19$/ })).toBeVisible();
  });
});

describe('the versions of a workflow', () => {
  it('say who published them, when, what they said, and which one is live', async () => {
    open();

    const list = await screen.findByRole('list', { name: 'Versions' });
    await within(list).findByText('Published by Mina');
    expect(
      within(list)
        .getAllByRole('button')
        .map((one) => one.textContent),
    ).toEqual([
      'DraftSame as version 2',
      'Version 2Live30 min. agoPublished by youWithout an answer',
      'Version 11 hr. agoPublished by MinaFirst',
    ]);
  });

  it('are compared with the one before: places and values, as a list and as a picture', async () => {
    const { user } = open('?show=2');

    const changes = await screen.findByRole('list', { name: 'Changes' });
    expect(
      within(changes)
        .getAllByRole('button')
        .map((one) => one.textContent),
    ).toEqual(['ChangedCallHTTP', 'RemovedAnswerRespond']);
    expect(await screen.findByRole('button', { name: /Answer ?Respond, removed/ })).toBeVisible();

    await user.click(within(changes).getByRole('button', { name: /Call/ }));

    expect(changes).toHaveTextContent('config › url−Before:http://one.test+After:http://two.test');
  });

  it('are stepped through by J and K, round and round', async () => {
    const { user } = open('?show=2');
    await screen.findByRole('list', { name: 'Changes' });

    await user.keyboard('j');
    expect(screen.getByText('1 of 2')).toBeVisible();
    await user.keyboard('jj');
    expect(screen.getByText('1 of 2')).toBeVisible();
    await user.keyboard('k');
    expect(screen.getByText('2 of 2')).toBeVisible();
    expect(screen.getByRole('button', { name: /Removed ?Answer/, expanded: true })).toBeVisible();
  });

  it('are compared with any other; the address keeps it', async () => {
    const { user, address, workflow } = open('?show=1');
    await user.click(await screen.findByRole('button', { name: /Compare with/ }));

    await user.click(await screen.findByRole('menuitemradio', { name: 'Version 2 · Live' }));

    expect(await screen.findByRole('button', { name: /Answer ?Respond, added/ })).toBeVisible();
    expect(address()).toBe(`/workflows/${workflow.id}/versions?show=1&with=2`);
  });

  it('show how a node is set about which nothing has changed', async () => {
    open('?show=2');

    fireEvent.click(await screen.findByRole('button', { name: /^Start/ }));

    expect(screen.getByRole('region', { name: 'Start' })).toHaveTextContent('Nothing is to be set');
  });

  it('become the draft over the revision that was seen, and the draft comes back by Undo', async () => {
    const { user, world, workflow, address } = open('?show=1');

    await user.click(await screen.findByRole('button', { name: 'Restore as draft' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));

    expect(await screen.findByText('The draft is as it was before.')).toBeVisible();
    expect(
      world.sent.map(({ path, body, headers }) => [path, body, headers.get('If-Match')]),
    ).toEqual([
      [`/api/v1/workflows/${workflow.id}/versions/1/restore`, null, '"7"'],
      [`/api/v1/workflows/${workflow.id}`, { definition: TWO }, '"8"'],
    ]);
    await waitFor(() => expect(address()).toBe(`/workflows/${workflow.id}/versions?show=draft`));
  });

  it('do not become the draft if somebody has saved it meanwhile', async () => {
    const { user, workflow } = open('?show=1');
    const button = await screen.findByRole('button', { name: 'Restore as draft' });
    Object.assign(workflow, { draft_revision: 8 });

    await user.click(button);

    expect(await screen.findByText(/Nothing was restored: somebody else saved/)).toBeVisible();
    expect(workflow.definition).toEqual(TWO);
  });

  it('say why they cannot be restored by who may not change workflows', async () => {
    open('?show=1', makeMe({ permissions: ['workflow.read'] }));

    const button = await screen.findByRole('button', { name: 'Restore as draft' });
    expect(button).toBeDisabled();
    expect(button).toHaveAttribute('title', 'Your role may not change workflows.');
    expect(screen.queryByRole('button', { name: 'Try it' })).toBeNull();
  });

  it('are tried with chosen data, and nobody is called', async () => {
    const { user, world } = open('?show=1');
    await user.click(await screen.findByRole('button', { name: 'Try it' }));
    const dialog = await screen.findByRole('dialog', { name: 'Try Version 1' });

    await user.click(within(dialog).getByRole('button', { name: 'Try it' }));

    expect(await within(dialog).findByText('It would complete.')).toBeVisible();
    await waitFor(() =>
      expect(world.sent.at(-1)?.body).toEqual({ trigger: {}, mocks: {}, version: 1 }),
    );
  });
});
