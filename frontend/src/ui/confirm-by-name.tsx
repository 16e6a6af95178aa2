import { Trash2 } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { Dialog, DialogActions, DialogBody } from './dialog';
import { TextField } from './field';
import { Refused } from './form-error';

interface ConfirmByNameProps {
  title: string;
  text: string;
  /** What must be written, letter by letter. */
  name: string;
  label: string;
  /** Said where something else was written. */
  wrong: string;
  submit: string;
  error: Error | null;
  isBusy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** What cannot be undone is asked for by name, so that no slip of the hand does it. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { title, text, name, label, wrong, submit, error, isBusy, onConfirm, onClose } = props;
  const { t } = useTranslation();
  const [isWrong, setWrong] = useState(false);
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const written = new FormData(event.currentTarget).get('name');
    const isRight = typeof written === 'string' && written.trim() === name.trim();
    setWrong(!isRight);
    if (isRight) onConfirm();
  };
  return (
    <Dialog isOpen isBrief onClose={onClose} title={title} description={text}>
      <form onSubmit={send} className="contents" noValidate>
        <DialogBody>
          <Refused error={error} />
          <TextField
            label={label}
            name="name"
            autoComplete="off"
            spellCheck={false}
            error={isWrong ? wrong : undefined}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="danger" isBusy={isBusy}>
            <Trash2 aria-hidden />
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
