import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { VersionRow, Workflow } from '@/features/workflows/facade';
import { Button } from '@/ui/button';
import { Menu, MenuChoice } from '@/ui/menu';
import type { Side } from './sides';

/** What people call a side. */
export function useSideName(): (side: Side) => string {
  const { t } = useTranslation('versions');
  return (side) => {
    if (side === 'draft') return t('draft');
    return side === 'none' ? t('nothing') : t('version', { number: side });
  };
}

interface AgainstProps {
  workflow: Workflow;
  versions: readonly VersionRow[];
  show: Side;
  against: Side;
  onChoose: (side: Side) => void;
}

/** Chooses what it is compared with. */
export function Against({ workflow, versions, show, against, onChoose }: AgainstProps) {
  const { t } = useTranslation('versions');
  const nameOf = useSideName();
  const sides: Side[] = ['draft', ...versions.map(({ number }) => number), 'none'];
  const options = sides
    .filter((side) => side !== show)
    .map((side) => ({
      value: String(side),
      label: side === workflow.live_version ? `${nameOf(side)} · ${t('live')}` : nameOf(side),
    }));
  return (
    <Menu
      className="max-h-[50dvh] overflow-y-auto"
      trigger={
        <Button size="sm">
          <span className="text-fg-3">{t('compare_with')}</span>
          {nameOf(against)}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        value={String(against)}
        options={options}
        onChoose={(value) => onChoose(sides.find((side) => String(side) === value) ?? 'none')}
      />
    </Menu>
  );
}
