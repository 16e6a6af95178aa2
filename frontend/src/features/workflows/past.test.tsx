import { QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, it } from 'vitest';
import { makeQueryClient } from '@/lib/query';
import { makeExecution } from '@/testing/makers';
import { serve } from '@/testing/server';
import { usePastChoice } from './past';

const show = async (count: number) => {
  const executions = Array.from({ length: count }, () => makeExecution({ workflow_id: 'w' }));
  const world = serve({ executions: [...executions] });
  const client = makeQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => usePastChoice('w'), { wrapper });
  await waitFor(() => expect(result.current.offered).toHaveLength(count));
  /** So many begin, and the socket tells of them. */
  const begin = async (more: number): Promise<void> => {
    world.executions.unshift(
      ...Array.from({ length: more }, () => makeExecution({ workflow_id: 'w' })),
    );
    await act(() => client.invalidateQueries({ queryKey: ['executions', 'fresh'] }));
  };
  return { result, begin, ids: executions.map(({ id }) => id) };
};

it('the latest is chosen at first; one that begins later is offered and changes no choice', async () => {
  const { result, begin, ids } = await show(2);
  expect(result.current.chosen).toBe(ids[0]);

  await begin(1);

  await waitFor(() => expect(result.current.offered).toHaveLength(3));
  expect(result.current.chosen).toBe(ids[0]);
});

it('the chosen one is offered however many come after it', async () => {
  const { result, begin, ids } = await show(2);
  act(() => result.current.choose(ids[1]!));

  await begin(30);

  await waitFor(() => expect(result.current.offered).toHaveLength(21));
  expect(result.current.chosen).toBe(ids[1]);
  expect(result.current.offered.at(-1)?.id).toBe(ids[1]);
});

it('where none has run none is chosen, also when the first one runs', async () => {
  const { result, begin } = await show(0);
  await waitFor(() => expect(result.current.isPending).toBe(false));

  await begin(1);

  await waitFor(() => expect(result.current.offered).toHaveLength(1));
  expect(result.current.chosen).toBeNull();
});
