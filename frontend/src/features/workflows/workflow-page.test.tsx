import { screen, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import WorkflowPage from './components/workflow-page';

const slots = { demo: () => null, webhooks: () => null, latest: () => null };

const open = (id: string) =>
  renderAt(
    `/workflows/${id}`,
    <Routes>
      <Route path="/workflows/:id" element={<WorkflowPage slots={slots} />} />
    </Routes>,
  );

describe('the page of a workflow', () => {
  it('tells of each trigger how much it turned away', async () => {
    const workflow = makeWorkflow({
      triggers: [
        { node_id: 'push', kind: 'webhook', filtered_count: 0 },
        { node_id: 'by_hand', kind: 'manual', filtered_count: 1 },
        { node_id: 'clock', kind: 'schedule', filtered_count: 3 },
      ],
    });
    serve({ workflows: [workflow] });
    open(workflow.id);

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
    serve({ workflows: [workflow] });
    open(workflow.id);

    expect(await screen.findByRole('heading', { name: 'New one' })).toBeVisible();
    expect(screen.queryByRole('heading', { name: 'Triggers' })).toBeNull();
  });
});
