import { QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { delay, HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { makeQueryClient } from '@/lib/query';
import { makeWorkflow } from '@/testing/makers';
import { serve, server } from '@/testing/server';
import { useBulk } from './bulk';

it('takes nothing back while something else is under way, and keeps what can be taken back', async () => {
  serve({});
  const sent: string[] = [];
  server.use(
    http.post('*/api/v1/workflows/:what', async ({ params, request }) => {
      const { ids } = (await request.json()) as { ids: string[] };
      sent.push(String(params.what));
      await delay(20);
      return HttpResponse.json({ results: ids.map((id) => ({ id, code: '', message: '' })) });
    }),
  );
  const client = makeQueryClient();
  const { result } = renderHook(() => useBulk(), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    ),
  });
  const [one, other] = [makeWorkflow({ name: 'a' }), makeWorkflow({ name: 'b' })];
  const { undo } = result.current;
  await act(() => result.current.run([one], { what: 'deactivate' }));

  await act(async () => {
    const second = result.current.run([other], { what: 'deactivate' });
    undo();
    await second;
  });
  expect(sent).toEqual(['deactivate', 'deactivate']);

  await act(async () => {
    undo();
    await delay(60);
  });
  expect(sent).toEqual(['deactivate', 'deactivate', 'activate']);
});
