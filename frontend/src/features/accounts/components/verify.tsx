import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { Button } from '@/ui/button';
import { FormError } from '@/ui/form-error';
import { tokenOf, useConfirmEmail } from '../by-letter';
import { Frame } from './frame';

/** Confirms an e-mail address, by the link of a letter. */
export default function Verify() {
  const { t } = useTranslation('accounts');
  const token = tokenOf(useLocation().hash);
  const confirm = useConfirmEmail();
  return (
    <Frame
      title={t('verify.title')}
      text={confirm.isSuccess ? t('verify.done', { email: confirm.data.email }) : t('verify.text')}
      footer={
        <Link to="/account" className="font-medium text-accent hover:underline">
          {t('verify.account')}
        </Link>
      }
    >
      <div className="flex flex-col gap-4">
        {confirm.error !== null && <FormError>{confirm.error.message}</FormError>}
        {!confirm.isSuccess && (
          <Button
            look="primary"
            size="lg"
            isBusy={confirm.isPending}
            onClick={() => confirm.mutate(token)}
          >
            {t('verify.submit')}
          </Button>
        )}
      </div>
    </Frame>
  );
}
