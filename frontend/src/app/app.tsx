import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { BrowserRouter } from 'react-router';
import { whenSignedOut } from '@/lib/http';
import { makeQueryClient } from '@/lib/query';
import { CrashBoundary } from './crash-boundary';
import { Pages } from './pages';
import { onSignedOut } from './signed-out';

const Toasts = lazy(() => import('./toasts'));

function makeClient(): QueryClient {
  const client = makeQueryClient();
  whenSignedOut(() => onSignedOut(client));
  return client;
}

export function App() {
  const [client] = useState(makeClient);
  return (
    <CrashBoundary>
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <Pages />
        </BrowserRouter>
        <Suspense>
          <Toasts />
        </Suspense>
      </QueryClientProvider>
    </CrashBoundary>
  );
}
