import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DocumentNode } from '@/engine/document';
import { type Execution, mayFail } from '@/features/executions/facade';
import { useVersions } from '@/features/workflows/facade';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu';
import { useRetrier } from './running';
import { run } from './store';

interface RetryMenuProps {
  execution: Execution;
  node: DocumentNode;
}

/** The other ways to begin anew: in a version that is published, from elsewhere, with other data. */
export function RetryMenu({ execution, node }: RetryMenuProps) {
  const { t } = useTranslation('run');
  const { start, isBusy } = useRetrier(execution.id);
  const versions = useVersions(execution.workflow_id).data;
  const ofVersion = (version: 'same' | 'newest') => (
    <>
      <MenuLabel>{t(`retry.${version}`)}</MenuLabel>
      <MenuItem onSelect={() => start({ start_at: 'node', version, node_id: node.id })}>
        {t('retry.node', { name: node.name })}
      </MenuItem>
      {mayFail(execution) && (
        <MenuItem onSelect={() => start({ start_at: 'failed', version })}>
          {t('retry.failed')}
        </MenuItem>
      )}
      <MenuItem onSelect={() => start({ start_at: 'start', version })}>{t('retry.start')}</MenuItem>
      <MenuSeparator />
    </>
  );
  return (
    <Menu
      align="end"
      side="top"
      className="max-w-80"
      trigger={
        <Button
          size="icon-sm"
          className="-ml-px rounded-l-none"
          isBusy={isBusy}
          aria-label={t('retry.more')}
        >
          {!isBusy && <ChevronDown aria-hidden />}
        </Button>
      }
    >
      {ofVersion('same')}
      {(versions?.length ?? 0) > 0 && ofVersion('newest')}
      <MenuItem onSelect={() => run.retrying(node.id)}>{t('retry.edit')}</MenuItem>
    </Menu>
  );
}
