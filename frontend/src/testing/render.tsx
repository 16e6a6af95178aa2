import { QueryClientProvider } from '@tanstack/react-query';
import { type RenderResult, render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation } from 'react-router';
import { makeQueryClient } from '@/lib/query';

function Address() {
  const { pathname, search } = useLocation();
  return <output data-testid="address">{pathname + search}</output>;
}

/** Draws pages as the app does, at an address; `address()` tells where they have gone. */
export function renderAt(
  path: string,
  pages: ReactNode,
): RenderResult & { user: UserEvent; address: () => string | null } {
  const client = makeQueryClient();
  client.setDefaultOptions({ ...client.getDefaultOptions(), queries: { retry: false } });
  const result = render(
    <QueryClientProvider client={client}>
      <MemoryRouter initialEntries={[path]}>
        {pages}
        <Address />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  const address = (): string | null => result.getByTestId('address').textContent;
  return { ...result, user: userEvent.setup(), address };
}
