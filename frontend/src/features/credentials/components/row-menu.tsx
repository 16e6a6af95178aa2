import {
  CircleCheck,
  CircleOff,
  MoreHorizontal,
  Pencil,
  Plug,
  RefreshCw,
  Trash2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { useChangeCredential } from '../api';
import type { Credential } from '../types';

export type Asked = 'edit' | 'rotate' | 'delete' | 'connect';

interface RowMenuProps {
  credential: Credential;
  onAsk: (asked: Asked) => void;
}

function Changes({ credential, onAsk }: RowMenuProps) {
  const { t } = useTranslation('credentials');
  const change = useChangeCredential(credential.id);
  const { name, is_disabled: isDisabled } = credential;
  const toggle = (): void =>
    change.mutate(
      { is_disabled: !isDisabled },
      {
        onSuccess: () => tell.done(t(isDisabled ? 'enabled' : 'disabled', { name })),
        onError: tell.failed,
      },
    );
  const Icon = isDisabled ? CircleCheck : CircleOff;
  return (
    <>
      {credential.connection !== null && (
        <MenuItem onSelect={() => onAsk('connect')}>
          <Plug aria-hidden />
          {t('action.connection')}
        </MenuItem>
      )}
      <MenuItem onSelect={() => onAsk('edit')}>
        <Pencil aria-hidden />
        {t('action.edit')}
      </MenuItem>
      <MenuItem onSelect={() => onAsk('rotate')}>
        <RefreshCw aria-hidden />
        {t('action.rotate')}
      </MenuItem>
      <MenuItem onSelect={toggle}>
        <Icon aria-hidden />
        {t(isDisabled ? 'action.enable' : 'action.disable')}
      </MenuItem>
    </>
  );
}

/** What can be done with a credential; nothing at all for who may only look. */
export function RowMenu({ credential, onAsk }: RowMenuProps) {
  const { t } = useTranslation('credentials');
  const mayUpdate = useMay('credential.update');
  const mayDelete = useMay('credential.delete');
  if (!mayUpdate && !mayDelete) return null;
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('more', { name: credential.name })}>
          <MoreHorizontal aria-hidden />
        </Button>
      }
    >
      {mayUpdate && <Changes credential={credential} onAsk={onAsk} />}
      {mayUpdate && mayDelete && <MenuSeparator />}
      {mayDelete && (
        <MenuItem onSelect={() => onAsk('delete')}>
          <Trash2 aria-hidden />
          {t('action.delete')}
        </MenuItem>
      )}
    </Menu>
  );
}
