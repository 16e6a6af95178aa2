import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { shortId } from '@/lib/format';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import ExecutionPage from './components/execution-page';

const workflow = makeWorkflow({ name: 'Orders', live_version: 3 });
const common = { workflow_id: workflow.id, version_id: versionId(workflow, 3) };

const open = (id: string) =>
  renderAt(
    `/executions/${id}`,
    <Routes>
      <Route path="/executions/:id" element={<ExecutionPage />} />
    </Routes>,
  );

describe('an execution that others call', () => {
  it('links the one that called it, and those that it has called', async () => {
    const parent = makeExecution({
      ...common,
      steps: [makeStep({ node_id: 'call', node_type: 'control:sub_workflow' })],
    });
    const child = makeExecution({
      ...common,
      status: 'failed',
      parent_id: parent.id,
      parent: {
        execution_id: parent.id,
        workflow_id: workflow.id,
        node_id: 'call',
        scope: '',
        is_waiting: true,
      },
    });
    serve({ workflows: [workflow], executions: [parent, child] });

    const { unmount } = open(parent.id);
    const down = await screen.findByRole('link', { name: `Orders ${shortId(child.id)}` });
    expect(down).toHaveAttribute('href', `/executions/${child.id}`);
    expect(screen.getByText('It has called')).toBeVisible();
    unmount();

    open(child.id);
    const up = await screen.findByRole('link', { name: `Orders ${shortId(parent.id)}` });
    expect(up).toHaveAttribute('href', `/executions/${parent.id}`);
    expect(screen.queryByText('It has called')).not.toBeInTheDocument();
  });
});
