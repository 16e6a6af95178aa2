import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { SchemaFinishInRequest } from '@/generated/api';
import { body, http } from '@/lib/http';
import { leave } from '@/lib/leave';
import { memory } from '@/lib/storage';
import type { Credential } from './types';

const NEWS = 'connected';
const WINDOW = 'popup,width=640,height=760';

const pathOf = (id: string) => ({ path: { credential_id: id } });

/**
 * Sends the person to the provider: in a window of its own, or, where none may open, in this one. The window opens by the
 * click itself, because browsers block those that open later.
 */
export function useConnect(id: string) {
  return useMutation({
    mutationFn: async () => {
      const popup = window.open('', '_blank', WINDOW);
      // What stands in it is the provider's, and must not reach this page.
      if (popup !== null) popup.opener = null;
      try {
        const { authorization_url: url } = await body(
          http.POST('/api/v1/credentials/{credential_id}/connect', {
            params: pathOf(id),
            body: {},
          }),
        );
        if (popup === null) leave.to(url);
        else popup.location.assign(url);
      } catch (reason) {
        popup?.close();
        throw reason;
      }
    },
  });
}

/** Hands in what the provider sent the person back with; it is good once. */
export function useFinish() {
  return useMutation({
    mutationFn: (answer: SchemaFinishInRequest): Promise<Credential> =>
      body(http.POST('/api/v1/credentials/connected', { body: answer })),
    // The page that opened this window hears of it, and looks again.
    onSuccess: () => memory.set(NEWS, String(Date.now())),
  });
}

/** Gives the tokens back; answers whether the provider took them. */
export function useDisconnect(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<boolean> => {
      const params = pathOf(id);
      const told = await body(
        http.POST('/api/v1/credentials/{credential_id}/disconnect', { params }),
      );
      return told.is_revoked_at_provider;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['credentials'] }),
  });
}

/** Looks again at the credentials as soon as another window has connected one. */
export function useConnectedNews(): void {
  const client = useQueryClient();
  useEffect(() => {
    const hear = ({ key }: StorageEvent): void => {
      if (key === `gorax.${NEWS}`) void client.invalidateQueries({ queryKey: ['credentials'] });
    };
    window.addEventListener('storage', hear);
    return () => window.removeEventListener('storage', hear);
  }, [client]);
}

/** What a provider has put into the address; null: nothing. */
export function answerIn(path: string, search: string): SchemaFinishInRequest | null {
  const said = new URLSearchParams(search);
  const state = said.get('state');
  if (state === null || state === '') return null;
  const word = (name: string): string => said.get(name) ?? '';
  return { path, state, code: word('code'), error: word('error'), iss: word('iss') };
}
