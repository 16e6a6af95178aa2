import type { QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { tell } from '@/lib/toast';

/** Where people sign in, with the way back to this page: the public host, or this one where it is the only one. */
export function signInUrl(next = location.pathname + location.search): string {
  const params = new URLSearchParams({
    ...(facts.tenant === null ? {} : { tenant: facts.tenant.slug }),
    next,
  });
  return `${facts.public_url}/sign-in?${params}`;
}

/** Whether this host signs people in itself (a one-host install). */
export const signsInHere = (): boolean =>
  facts.public_url === '' || new URL(facts.public_url).host === location.host;

/**
 * What happens when the session is over. Who has just arrived is taken to sign in; who was at work is only told, because
 * leaving by itself would lose what they have typed.
 */
export function onSignedOut(client: QueryClient): void {
  if (location.pathname === '/sign-in') return;
  if (client.getQueryData(['me']) === undefined) {
    leave.to(signInUrl());
    return;
  }
  tell.ask(
    'signed-out',
    i18next.t('accounts:elsewhere.title'),
    i18next.t('accounts:elsewhere.text'),
    {
      label: i18next.t('accounts:elsewhere.action'),
      onClick: () => leave.to(signInUrl()),
    },
  );
}
