import { fireEvent, screen, waitFor } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { Route, Routes } from 'react-router';
import { expect, it } from 'vitest';
import { CATALOGUE } from '@/testing/catalogue';
import { later } from '@/testing/later';
import { makeExecution, makeStep, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import type { Workflow } from '../state';
import EditorPage from './editor-page';

function open(workflow: Workflow, search = '') {
  const world = serve({ workflows: [workflow], nodeTypes: CATALOGUE });
  const page = renderAt(
    `/workflows/${workflow.id}${search}`,
    <Routes>
      <Route path="/workflows/:id" element={<EditorPage />} />
    </Routes>,
  );
  return { ...page, world };
}

it('keeps what was written in a note that goes while somebody writes it', async () => {
  const notes = { why: { x: 0, y: 200, width: 200, height: 80, text: 'Because' } };
  const definition = { ...makeWorkflow().definition, editor: { notes } };
  const { user, world } = open(makeWorkflow({ definition }));
  fireEvent.doubleClick(await screen.findByRole('button', { name: 'Because' }));
  const field = await screen.findByRole('textbox', { name: 'Text of the note' });
  await user.type(field, ' of that', { initialSelectionStart: 7 });

  // Nothing leaves the field: it is taken away, as it is where a large graph is moved on.
  fireEvent.click(screen.getByRole('button', { name: 'Outline' }));

  await waitFor(() => expect(field).not.toBeInTheDocument());
  await waitFor(
    () =>
      expect(world.workflows[0]?.definition).toMatchObject({
        editor: { notes: { why: { text: 'Because of that' } } },
      }),
    { timeout: 5_000 },
  );
});

const CHAIN = Array.from({ length: 40 }, (_, index) => ({
  id: `n${index}`,
  type: index === 0 ? 'trigger:manual' : 'action:http',
  position: { x: index * 300, y: 0 },
  data: { name: `Node ${index}`, config: {} },
}));

it('looks at the node that failed, though it hears of the failure after it has opened', async () => {
  const workflow = makeWorkflow({ definition: { nodes: CHAIN, edges: [] } });
  const execution = makeExecution({
    workflow_id: workflow.id,
    status: 'failed',
    steps: [makeStep({ node_id: 'n39', status: 'failed', output: null })],
  });
  const answer = later<undefined>();
  const { container } = open(workflow, `?execution=${execution.id}`);
  server.use(
    http.get('*/api/v1/executions/:id', async () => {
      await answer.promise;
      return HttpResponse.json(execution);
    }),
  );
  const leftEdge = (): number => {
    const { transform } = container.querySelector<HTMLElement>('.react-flow__viewport')!.style;
    return Number(/translate\((-?[\d.]+)px/.exec(transform)?.[1]);
  };
  await screen.findByRole('button', { name: /^Node 0/ });
  await waitFor(() => expect(leftEdge()).not.toBe(0));
  const atTrigger = leftEdge();

  answer.resolve(undefined);

  await waitFor(() => expect(leftEdge()).toBeLessThan(atTrigger - 5_000));
});
