import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem';

const RETRIES = 2;

/** Only what time may heal is asked again: no answer, 429 and 5xx. */
function mayHeal(error: Error): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < RETRIES && mayHeal(error),
      },
      // What was sent and answered is forgotten with the form that sent it: it may hold a password or a secret.
      mutations: { gcTime: 0 },
    },
  });
}
