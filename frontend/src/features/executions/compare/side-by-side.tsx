import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/ui/copy-button';
import { JsonTree } from '@/ui/json-view';
import { Segmented } from '@/ui/segmented';
import Files from '../components/files';
import type { Section } from './sections';

interface SideProps {
  executionId: string;
  title: string;
  value: unknown;
}

function Side({ executionId, title, value }: SideProps) {
  const { t } = useTranslation('compare');
  return (
    <section aria-label={title} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-9 shrink-0 items-center gap-2 px-4">
        <h3 className="font-medium text-fg-2 text-xs">{title}</h3>
        {value !== undefined && (
          <CopyButton
            label={t('copy', { side: title })}
            text={() => JSON.stringify(value, null, 2)}
            className="-mr-1.5 ml-auto"
          />
        )}
      </header>
      <Files executionId={executionId} value={value} />
      <div
        className="min-h-0 flex-1 overflow-auto px-4 pb-4 max-lg:max-h-96"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        {value === undefined ? (
          <p className="text-fg-3">{t('nothing')}</p>
        ) : (
          <JsonTree value={value} />
        )}
      </div>
    </section>
  );
}

interface SideBySideProps {
  ids: readonly [string, string];
  sections: readonly Section[];
}

/** The whole values of both executions beside each other, one part at a time: first one that differs. */
export function SideBySide({ ids, sections }: SideBySideProps) {
  const { t } = useTranslation('compare');
  const [chosen, choose] = useState<Section['part'] | null>(null);
  const first = sections.find(({ differences }) => differences.list.length > 0) ?? sections[0];
  const section = sections.find(({ part }) => part === chosen) ?? first;
  if (section === undefined) return <p className="px-4 py-6 text-fg-3">{t('nothing_at_all')}</p>;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 px-4 py-2">
        <Segmented
          label={t('parts')}
          value={section.part}
          onChoose={choose}
          options={sections.map(({ part, differences }) => ({
            value: part,
            label:
              differences.list.length === 0
                ? t(`part.${part}`)
                : t('part_count', { part: t(`part.${part}`), count: differences.list.length }),
          }))}
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col divide-y divide-line border-line border-t @xl:flex-row @xl:divide-x @xl:divide-y-0">
        <Side executionId={ids[0]} title={t('before')} value={section.before} />
        <Side executionId={ids[1]} title={t('after')} value={section.after} />
      </div>
    </div>
  );
}
