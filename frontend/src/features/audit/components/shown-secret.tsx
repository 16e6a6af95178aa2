import { useTranslation } from 'react-i18next';
import { absolute } from '@/lib/format';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';

interface ShownSecretProps {
  name: string;
  /** Empty: the stream is not signed. */
  secret: string;
  /** Until then the one before signs too. */
  until: string | null;
  onClose: () => void;
}

/** What deliveries are signed by, at the only moment in which anybody sees it. */
export function ShownSecret({ name, secret, until, onClose }: ShownSecretProps) {
  const { t, i18n } = useTranslation('audit');
  const isSigned = secret !== '';
  return (
    <Dialog
      isOpen
      isOnce={isSigned}
      onClose={onClose}
      title={isSigned ? t('secret.title', { name }) : t('secret.made')}
      description={t(isSigned ? 'secret.text' : 'secret.none')}
    >
      {isSigned && (
        <DialogBody>
          <p className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
            <code className="min-w-0 flex-1 break-all font-mono text-xs">{secret}</code>
            <CopyButton text={() => secret} label={t('secret.copy')} />
          </p>
          {until !== null && (
            <p className="text-fg-2">
              {t('secret.until')} {absolute(until, i18n.language)}.
            </p>
          )}
        </DialogBody>
      )}
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('secret.kept')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
