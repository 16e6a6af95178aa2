import { fireEvent, screen, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import WorkflowPage from './components/workflow-page';
import type { Workflow } from './types';

const slots = { demo: () => null, webhooks: () => null, latest: () => null };

function open(workflow: Workflow) {
  serve({ workflows: [workflow] });
  return renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<WorkflowPage slots={slots} />} />
      <Route path="*" element={null} />
    </Routes>,
  );
}

const card = (name: RegExp): Promise<HTMLElement> => screen.findByRole('button', { name });

describe('one workflow', () => {
  it('offers what its sharing leaves over, though the role allows more', async () => {
    const may = ['workflow.read', 'execution.read', 'webhook.read'];
    open(makeWorkflow({ is_restricted: true, may }));

    expect(await screen.findByRole('button', { name: /^Run/ })).toBeDisabled();
    expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
  });

  it('shows how the chosen node is set, until that is closed', async () => {
    const { user } = open(makeWorkflow());

    fireEvent.click(await card(/^Is it main\? ?If/));
    const panel = within(screen.getByRole('region', { name: 'Is it main?' }));
    expect(panel.getByText(/condition/)).toBeVisible();

    await user.click(panel.getByRole('button', { name: 'Close' }));
    expect(screen.queryByRole('region', { name: 'Is it main?' })).not.toBeInTheDocument();
  });

  it('marks the nodes that have problems, and does not say their names twice', async () => {
    const message = '“Tell the receiver”: “Address” is empty.';
    open(
      makeWorkflow({
        problems: [
          {
            node_id: 'tell',
            path: '/nodes/2/data/config/url',
            edge_id: null,
            field: 'url',
            code: 'missing_field',
            message,
            severity: 'error',
          },
        ],
      }),
    );

    expect(await card(/^Tell the receiver ?HTTP, has errors/)).toBeVisible();
    expect(screen.getByText('“Address” is empty.')).toBeVisible();
  });

  it('says where the draft is what runs', async () => {
    open(makeWorkflow({ live_version: 3 }));

    expect(await screen.findByRole('button', { name: 'Draft · same as version 3' })).toBeVisible();
  });

  it('tells of each trigger how much it turned away', async () => {
    const workflow = makeWorkflow({
      triggers: [
        { node_id: 'push', kind: 'webhook', filtered_count: 0 },
        { node_id: 'by_hand', kind: 'manual', filtered_count: 1 },
        { node_id: 'clock', kind: 'schedule', filtered_count: 3 },
      ],
    });
    open(workflow);

    const title = await screen.findByRole('heading', { name: 'Triggers' });
    const rows = within(title.closest('section')!).getAllByRole('listitem');
    expect(rows.map((row) => within(row).getByRole('img').getAttribute('aria-label'))).toEqual([
      'Webhook',
      'Manual',
      'Schedule',
    ]);
    expect(rows.map((row) => within(row).getByText(/filtered$/).textContent)).toEqual([
      '0 filtered',
      '1 filtered',
      '3 filtered',
    ]);
  });

  it('has no list of triggers before it is published', async () => {
    const workflow = makeWorkflow({ name: 'New one', live_version: null, triggers: [] });
    open(workflow);

    expect(await screen.findByRole('heading', { name: 'New one' })).toBeVisible();
    expect(screen.queryByRole('heading', { name: 'Triggers' })).toBeNull();
  });
});
