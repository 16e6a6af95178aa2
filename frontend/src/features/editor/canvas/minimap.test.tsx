import { fireEvent, screen, waitFor } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { expect, it } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import EditorPage from '../components/editor-page';

function open(count: number) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    type: 'action:http',
    position: { x: index * 300, y: 0 },
    data: { name: `Node ${index}`, config: {} },
  }));
  const workflow = makeWorkflow({ definition: { nodes, edges: [] } });
  serve({ workflows: [workflow] });
  return renderAt(
    `/workflows/${workflow.id}`,
    <Routes>
      <Route path="/workflows/:id" element={<EditorPage />} />
    </Routes>,
  );
}

const MAP = { name: 'Overview of the graph' };

it('shows where one is in a graph of some size, moves there and looks nearer', async () => {
  const { container } = open(40);
  const map = await screen.findByRole('img', MAP);
  expect(map.querySelectorAll('rect')).toHaveLength(40);
  const view = (): { x: number; zoom: number } => {
    const { transform } = container.querySelector<HTMLElement>('.react-flow__viewport')!.style;
    const [, x, zoom] = /translate\((-?[\d.]+)px.*scale\(([\d.]+)\)/.exec(transform) ?? [];
    return { x: Number(x), zoom: Number(zoom) };
  };
  await waitFor(() => expect(view().zoom).toBe(0.8));
  const before = view();

  fireEvent.pointerMove(map, { clientX: 90, clientY: 40 });
  expect(view()).toEqual(before);
  fireEvent.pointerDown(map, { clientX: 20, clientY: 40, pointerId: 1 });
  fireEvent.pointerMove(map, { clientX: 30, clientY: 40 });
  await waitFor(() => expect(view().x).toBeLessThan(before.x - 300));
  fireEvent.pointerUp(map);

  expect(fireEvent.wheel(map, { deltaY: -100 })).toBe(false);
  await waitFor(() => expect(view().zoom).toBeGreaterThan(0.9));
});

it('is not there for a graph that is seen as a whole', async () => {
  open(7);

  await screen.findByRole('button', { name: /^Node 0/ });
  expect(screen.queryByRole('img', MAP)).toBeNull();
});
