import { Braces, ChevronDown, ListTree, Rows3, Shapes } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { memory } from '@/lib/storage';
import { Button } from '@/ui/button';
import { Menu, MenuChoice } from '@/ui/menu';

const VIEWS = [
  { view: 'tree', icon: ListTree },
  { view: 'table', icon: Rows3 },
  { view: 'json', icon: Braces },
  { view: 'schema', icon: Shapes },
] as const;

export type View = (typeof VIEWS)[number]['view'];

const isView = (text: string | null): text is View => VIEWS.some(({ view }) => view === text);

/** How each pane shows its value, remembered between visits. */
export function useView(pane: string): [View, (view: View) => void] {
  const name = `run-view-${pane}`;
  const [view, setView] = useState<View>(() => {
    const known = memory.get(name);
    return isView(known) ? known : 'tree';
  });
  const choose = (next: View): void => {
    memory.set(name, next);
    setView(next);
  };
  return [view, choose];
}

/** How a value is shown: four buttons beside each other, or a menu where there is no room. */
export function Views({ view, onChoose }: { view: View; onChoose: (view: View) => void }) {
  const { t } = useTranslation('run');
  const Icon = VIEWS.find((one) => one.view === view)?.icon ?? ListTree;
  return (
    <>
      <span className="@min-[19rem]/pane:hidden">
        <Menu
          trigger={
            <Button
              look="quiet"
              size="sm"
              className="gap-0.5 px-1"
              aria-label={t('values.view')}
              title={t('values.view')}
            >
              <Icon aria-hidden />
              <ChevronDown aria-hidden />
            </Button>
          }
        >
          <MenuChoice
            value={view}
            options={VIEWS.map(({ view: one, icon: Choice }) => ({
              value: one,
              label: t(`values.${one}`),
              icon: <Choice aria-hidden />,
            }))}
            onChoose={onChoose}
          />
        </Menu>
      </span>
      <fieldset className="flex rounded-md bg-sunken p-0.5 inset-ring inset-ring-line @max-[19rem]/pane:hidden">
        <legend className="sr-only">{t('values.view')}</legend>
        {VIEWS.map(({ view: one, icon: Choice }) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === view}
            aria-label={t(`values.${one}`)}
            title={t(`values.${one}`)}
            onClick={() => onChoose(one)}
            className="grid size-6 place-items-center rounded-sm text-fg-3 hover:text-fg aria-pressed:bg-raised aria-pressed:text-fg aria-pressed:shadow-1"
          >
            <Choice className="size-3.5" aria-hidden />
          </button>
        ))}
      </fieldset>
    </>
  );
}
