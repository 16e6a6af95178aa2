import { ExternalLink, Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import { useCredentials } from '../api';
import { useConnect, useConnectedNews, useDisconnect } from '../connecting';
import type { Credential } from '../types';
import { ConnectionFacts } from './connection-facts';
import { RedirectUri } from './redirect-uri';

interface ConnectCredentialProps {
  credential: Credential;
  onClose: () => void;
}

/** How an account is connected, and the ways to connect and to leave. */
export default function ConnectCredential({ credential, onClose }: ConnectCredentialProps) {
  const { t } = useTranslation('credentials');
  useConnectedNews();
  const all = useCredentials().data?.pages.flatMap((page) => page.results);
  const { name, connection } = all?.find(({ id }) => id === credential.id) ?? credential;
  const connect = useConnect(credential.id);
  const disconnect = useDisconnect(credential.id);
  if (connection === null) return null;
  const { status } = connection;
  const isActive = status === 'active';
  const error = connect.error ?? disconnect.error;
  const leave = (): void =>
    disconnect.mutate(undefined, {
      onSuccess: (isTaken) =>
        tell.done(t(isTaken ? 'connect.left' : 'connect.left_alone', { name })),
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('connect.title', { name })}
      description={t(`connect.is.${status as 'new' | 'active' | 'lost' | 'revoked'}`)}
    >
      <DialogBody>
        {error !== null && <FormError>{error.message}</FormError>}
        {status === 'lost' && (
          <FormError>{t('connect.lost', { problem: connection.problem })}</FormError>
        )}
        {isActive && <ConnectionFacts connection={connection} />}
        <RedirectUri uri={connection.redirect_uri} />
      </DialogBody>
      <DialogActions>
        {isActive && (
          <Button isBusy={disconnect.isPending} onClick={leave}>
            <Unplug aria-hidden />
            {t('action.disconnect')}
          </Button>
        )}
        <Button
          {...(isActive ? {} : { look: 'primary' as const })}
          isBusy={connect.isPending}
          onClick={() => connect.mutate()}
        >
          <ExternalLink aria-hidden />
          {t(status === 'new' ? 'action.connect' : 'action.reconnect')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
