import type { ReactNode, SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';

interface FormDialogProps {
  title: string;
  description: string;
  submit: string;
  /** What the form as a whole is refused for; what belongs to a field stands there. */
  error: string | undefined;
  isBusy: boolean;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog. Its fields keep what they hold themselves, so that no secret stands anywhere else. */
export function FormDialog(props: FormDialogProps) {
  const { t } = useTranslation();
  const onSubmit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!props.isBusy) props.onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog isOpen onClose={props.onClose} title={props.title} description={props.description}>
      <form
        onSubmit={onSubmit}
        noValidate
        autoComplete="off"
        className="flex min-h-0 flex-1 flex-col"
      >
        <DialogBody>
          {props.error !== undefined && <FormError>{props.error}</FormError>}
          {props.children}
        </DialogBody>
        <DialogActions>
          <Button onClick={props.onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" isBusy={props.isBusy}>
            {props.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
