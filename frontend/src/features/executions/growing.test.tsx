import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import type { SchemaExecutionShown } from '@/generated/api';
import { FakeSocket } from '@/testing/fake-socket';
import { versionId } from '@/testing/handlers';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import ExecutionPage from './components/execution-page';

const workflow = makeWorkflow({ live_version: 3 });

const asking = (attempt: number): SchemaExecutionShown =>
  makeExecution({
    workflow_id: workflow.id,
    version_id: versionId(workflow, 3),
    status: 'running',
    output: null,
    ended_at: null,
    seq: 2,
    steps: [
      makeStep(),
      makeStep({
        node_id: 'tell',
        node_type: 'llm:chat',
        status: 'running',
        attempt,
        output: null,
        ended_at: null,
        seq: 2,
      }),
    ],
  });

const open = async (execution: SchemaExecutionShown): Promise<void> => {
  serve({ workflows: [workflow], executions: [execution] });
  renderAt(
    `/executions/${execution.id}`,
    <Routes>
      <Route path="/executions/:id" element={<ExecutionPage />} />
    </Routes>,
  );
  // As soon as it is drawn: its whole name waits for the catalogue, which nothing here needs.
  fireEvent.click(await screen.findByTestId('rf__node-tell'));
};

const output = (): HTMLElement => screen.getAllByRole('region', { name: 'Output' })[0]!;
const say = (execution: SchemaExecutionShown, more: object): void => {
  const growth = { execution: execution.id, node_id: 'tell', scope: '', attempt: 1, length: 4 };
  act(() => FakeSocket.last.say({ ...growth, text: 'Once', ...more }));
};

describe('a text that grows', () => {
  it('is shown as far as it has come, and gives way to the output', async () => {
    const execution = asking(1);
    await open(execution);
    expect(within(output()).getByText('Not there yet.')).toBeVisible();

    say(execution, {});
    expect(within(output()).getByText('Once')).toBeVisible();
    say(execution, { text: 'upon a time', length: 9_000 });
    expect(within(output()).getByText(/upon a time/)).toHaveTextContent('… upon a time');
    expect(screen.getByText('9000 characters so far')).toBeVisible();

    const tell = makeStep({ node_id: 'tell', output: { text: 'The end.' }, seq: 3 });
    serve({
      workflows: [workflow],
      executions: [{ ...execution, status: 'completed', seq: 3, steps: [makeStep(), tell] }],
    });
    const hint = { execution: execution.id, before: 2, seq: 3, status: 'completed', steps: [] };
    act(() => FakeSocket.last.say(hint));
    await waitFor(() => expect(within(output()).getByText(/The end\./)).toBeVisible());
    expect(screen.queryByText(/upon a time/)).not.toBeInTheDocument();
  });

  it('of an earlier attempt, another node or another execution is not shown', async () => {
    const execution = asking(2);
    await open(execution);

    say(execution, {});
    say(execution, { node_id: 'other', attempt: 2 });
    say(execution, { scope: 'loop[1]', attempt: 2 });
    say(execution, { execution: 'x2', attempt: 2 });

    expect(within(output()).getByText('Not there yet.')).toBeVisible();
  });
});
