import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { memory } from '@/lib/storage';
import { CopyButton } from '@/ui/copy-button';
import { JsonText, JsonTree } from '@/ui/json-view';
import { Segmented } from '@/ui/segmented';
import Files from './files';

type View = 'tree' | 'json';

interface ValuePaneProps {
  executionId: string;
  title: string;
  copyLabel: string;
  /** `undefined`: there is none; `empty` says why. */
  value: unknown;
  empty: string;
}

/** One payload, as a tree or as JSON; the choice is remembered for all panes. */
export function ValuePane({ executionId, title, copyLabel, value, empty }: ValuePaneProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<View>(memory.get('json-view') === 'json' ? 'json' : 'tree');
  const choose = (next: View): void => {
    memory.set('json-view', next);
    setView(next);
  };
  const isThere = value !== undefined;
  return (
    <section aria-label={title} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-10 shrink-0 items-center gap-2 px-4">
        <h3 className="font-semibold">{title}</h3>
        {isThere && (
          <>
            <Segmented
              label={t('json.view')}
              value={view}
              onChoose={choose}
              options={[
                { value: 'tree', label: t('json.tree') },
                { value: 'json', label: t('json.json') },
              ]}
            />
            <CopyButton
              label={copyLabel}
              text={() => JSON.stringify(value, null, 2)}
              className="-mr-1.5 ml-auto"
            />
          </>
        )}
      </header>
      <Files executionId={executionId} value={value} />
      <div
        className="min-h-0 flex-1 overflow-auto px-4 pb-4"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        {!isThere && <p className="text-fg-3">{empty}</p>}
        {isThere && (view === 'tree' ? <JsonTree value={value} /> : <JsonText value={value} />)}
      </div>
    </section>
  );
}
