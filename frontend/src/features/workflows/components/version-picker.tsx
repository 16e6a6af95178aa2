import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Menu, MenuChoice } from '@/ui/menu';
import { useVersions } from '../api';
import { useHasChanges } from '../hooks';
import type { Workflow } from '../types';

interface VersionPickerProps {
  workflow: Workflow;
  /** Null: the draft. */
  version: number | null;
  onChoose: (version: number | null) => void;
}

const DRAFT = 'draft';

/** Chooses which version the graph shows. */
export function VersionPicker({ workflow, version, onChoose }: VersionPickerProps) {
  const { t } = useTranslation('workflows');
  const { data: versions = [] } = useVersions(workflow.id);
  const hasChanges = useHasChanges(workflow);
  const isAsLive = workflow.live_version !== null && !hasChanges;
  const draft = isAsLive
    ? t('page.draft_same', { number: workflow.live_version })
    : t('page.draft');
  const nameOf = (number: number): string =>
    number === workflow.live_version
      ? t('page.live_version', { number })
      : t('page.version', { number });
  return (
    <Menu
      className="max-h-[50dvh] overflow-y-auto"
      trigger={
        <Button size="sm">
          {version === null ? draft : nameOf(version)}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        value={version === null ? DRAFT : String(version)}
        onChoose={(value) => onChoose(value === DRAFT ? null : Number(value))}
        options={[
          { value: DRAFT, label: draft },
          ...versions.map(({ number }) => ({ value: String(number), label: nameOf(number) })),
        ]}
      />
    </Menu>
  );
}
