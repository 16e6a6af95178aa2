import { useTranslation } from 'react-i18next';
import { KEYMAP, type ShortcutId, useLetterKeys } from '@/lib/keys';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Kbd } from '@/ui/kbd';

const GROUPS = ['anywhere', 'lists', 'workflow', 'graph', 'editing'] as const;

const idsOf = (group: (typeof GROUPS)[number]): ShortcutId[] =>
  (Object.keys(KEYMAP) as ShortcutId[]).filter((id) => KEYMAP[id].group === group);

/** Every shortcut there is, from the table the handlers read too. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const letters = useLetterKeys();
  return (
    <Dialog isOpen onClose={onClose} title={t('shortcuts.title')}>
      <DialogBody label={t('shortcuts.title')}>
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
          {GROUPS.map((group) => (
            <section key={group}>
              <h3 className="mb-1 font-medium text-2xs text-fg-3">
                {t(`shortcuts.group.${group}`)}
              </h3>
              <dl>
                {idsOf(group).map((id) => (
                  <div key={id} className="flex h-8 items-center gap-4">
                    <dt className="min-w-0 flex-1 truncate">{t(`shortcuts.${id}`)}</dt>
                    <dd>
                      <Kbd id={id} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </DialogBody>
      <DialogActions>
        <label className="mr-auto flex items-center gap-2.5">
          <input
            type="checkbox"
            checked={letters.areOn}
            onChange={(event) => letters.set(event.target.checked)}
            className="size-4 accent-accent"
          />
          <span>
            {t('shortcuts.letters')}
            <span className="block text-fg-3 text-xs">{t('shortcuts.letters_hint')}</span>
          </span>
        </label>
      </DialogActions>
    </Dialog>
  );
}
