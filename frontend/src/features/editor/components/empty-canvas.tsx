import { Clock3, LogIn, MousePointerClick, Webhook } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { labels } from '@/lib/keys';
import { useCommands } from '../canvas/commands-context';
import { useCatalogue } from '../catalogue';
import { useEditor } from '../provider';

const STARTS = [
  { type: 'trigger:webhook', words: 'webhook', icon: Webhook },
  { type: 'trigger:schedule', words: 'schedule', icon: Clock3 },
  { type: 'trigger:manual', words: 'manual', icon: MousePointerClick },
  { type: 'trigger:sub_workflow', words: 'called', icon: LogIn },
] as const;

/** What an empty canvas teaches: a workflow begins with its trigger. */
export default function EmptyCanvas() {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  const { catalogue } = useCatalogue();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  if (isReadOnly)
    return (
      <p className="absolute inset-0 grid place-items-center text-fg-3">{t('empty.read_only')}</p>
    );
  const start = (name: string): void => {
    const type = catalogue.get(name);
    if (type !== undefined)
      commands.choose(type, { purpose: { kind: 'add' }, place: { x: 0, y: 0 }, at: null });
  };
  return (
    <div className="pointer-events-none absolute inset-0 z-10 grid place-items-center p-4">
      <section
        aria-labelledby="start-title"
        className="pointer-events-auto w-full max-w-[460px] text-center"
      >
        <h2 id="start-title" className="font-semibold text-lg">
          {t('empty.title')}
        </h2>
        <p className="mt-1 text-fg-2 max-sm:hidden">
          {t('empty.text', { key: labels('add_node')[0] })}
        </p>
        <ul className="mt-5 grid grid-cols-2 gap-2 text-left">
          {STARTS.map(({ type, words, icon: Icon }) => (
            <li key={type}>
              <button
                type="button"
                disabled={!catalogue.has(type)}
                onClick={() => start(type)}
                className="flex h-full w-full items-center gap-3 rounded-lg border border-line bg-panel p-2.5 text-left shadow-1 transition-colors duration-120 hover:border-line-strong hover:bg-raised disabled:opacity-50"
              >
                <span
                  style={{ '--hue': 155 }}
                  className="tile grid size-9 shrink-0 place-items-center rounded-md"
                >
                  <Icon className="size-[18px]" aria-hidden />
                </span>
                <span className="min-w-0">
                  <span className="block font-medium">{t(`empty.${words}`)}</span>
                  <span className="block text-fg-3 text-xs max-sm:hidden">
                    {t(`empty.${words}_hint`)}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
