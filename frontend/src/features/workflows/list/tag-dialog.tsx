import { Plus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import type { WorkflowSummary } from '../types';
import { useTags } from './api';

const LONGEST = 40;

interface TagDialogProps {
  workflows: readonly WorkflowSummary[];
  onChange: (add: string[], remove: string[]) => void;
  onClose: () => void;
}

/** Gives tags and takes them off. One that only some of the workflows have stays so until it is clicked. */
export default function TagDialog({ workflows, onChange, onClose }: TagDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const known = useTags().data?.map(({ name }) => name) ?? [];
  const [made, setMade] = useState<readonly string[]>([]);
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [typed, setTyped] = useState('');
  const own = workflows.flatMap(({ tags }) => tags);
  const tags = [...new Set([...known, ...own, ...made])].toSorted();
  const countOf = (tag: string): number => own.filter((one) => one === tag).length;
  const turn = (tag: string, isOn: boolean): void => setTurned(new Map(turned).set(tag, isOn));
  const make = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const tag = typed.trim();
    if (tag === '') return;
    setMade([...made, tag]);
    turn(tag, true);
    setTyped('');
  };
  const done = (): void => {
    // What stands in the field is meant, too.
    const last = typed.trim();
    const add = [...new Set([...tags, last])].filter(
      (tag) =>
        tag !== '' && (tag === last || turned.get(tag) === true) && countOf(tag) < workflows.length,
    );
    const remove = tags.filter(
      (tag) => tag !== last && turned.get(tag) === false && countOf(tag) > 0,
    );
    if (add.length + remove.length > 0) onChange(add, remove);
    onClose();
  };
  const [first] = workflows;
  const title =
    workflows.length === 1 && first !== undefined
      ? t('tags.title', { name: first.name })
      : t('tags.title_many', { count: workflows.length });
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <DialogBody>
        <form onSubmit={make} className="flex items-end gap-2">
          <div className="flex-1">
            <TextField
              label={t('tags.new')}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
              maxLength={LONGEST}
              autoComplete="off"
            />
          </div>
          <Button type="submit" size="lg">
            <Plus aria-hidden />
            {t('tags.add')}
          </Button>
        </form>
        {tags.length === 0 ? (
          <p className="text-fg-2">{t('tags.none')}</p>
        ) : (
          <fieldset className="flex flex-col">
            <legend className="sr-only">{t('tags.all')}</legend>
            {tags.map((tag) => {
              const count = countOf(tag);
              const isOn = turned.get(tag) ?? count === workflows.length;
              const isPartly = turned.get(tag) === undefined && count > 0 && !isOn;
              return (
                <label
                  key={tag}
                  className="flex h-8 items-center gap-2.5 rounded-md px-1 hover:bg-hover"
                >
                  <input
                    ref={(box) => {
                      if (box !== null) box.indeterminate = isPartly;
                    }}
                    type="checkbox"
                    checked={isOn}
                    onChange={() => turn(tag, !isOn)}
                    className="size-4 accent-accent"
                  />
                  <span className="min-w-0 truncate">{tag}</span>
                </label>
              );
            })}
          </fieldset>
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" onClick={done}>
          {t('tags.save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
