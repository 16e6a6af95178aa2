import { ChevronDown, ListFilter, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusIcon } from '@/canvas/status-icon';
import { Button } from '@/ui/button';
import { Menu, MenuChoice } from '@/ui/menu';
import type { Filters } from '../api';
import { STATUSES } from '../types';

interface FilterBarProps {
  filters: Filters;
  workflows: readonly { id: string; name: string }[];
  setFilter: (name: 'status' | 'workflow', value: string | null) => void;
  clear: () => void;
}

const ANY = 'any';

export function FilterBar({ filters, workflows, setFilter, clear }: FilterBarProps) {
  const { t } = useTranslation('executions');
  const workflow = workflows.find((one) => one.id === filters.workflowId);
  const statusName =
    filters.status === null ? t('filter.any_status') : t(`status.${filters.status}`);
  const workflowName = workflow?.name ?? t('filter.any_workflow');
  const isFiltered = filters.status !== null || filters.workflowId !== null || filters.error !== '';
  const choose = (name: 'status' | 'workflow') => (value: string) =>
    setFilter(name, value === ANY ? null : value);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Menu
        trigger={
          <Button
            size="sm"
            aria-label={`${t('filter.status')}: ${statusName}`}
            look={filters.status === null ? 'secondary' : 'marked'}
          >
            {filters.status === null ? (
              <ListFilter aria-hidden />
            ) : (
              <StatusIcon status={filters.status} />
            )}
            {statusName}
            <ChevronDown className="text-fg-3" aria-hidden />
          </Button>
        }
      >
        <MenuChoice
          value={filters.status ?? ANY}
          onChoose={choose('status')}
          options={[
            { value: ANY, label: t('filter.any_status') },
            ...STATUSES.map((status) => ({
              value: status,
              label: t(`status.${status}`),
              icon: <StatusIcon status={status} />,
            })),
          ]}
        />
      </Menu>
      <Menu
        className="max-h-[60dvh] max-w-72 overflow-y-auto"
        trigger={
          <Button
            size="sm"
            aria-label={`${t('filter.workflow')}: ${workflowName}`}
            look={filters.workflowId === null ? 'secondary' : 'marked'}
            className="max-w-56"
          >
            <span className="truncate">{workflowName}</span>
            <ChevronDown className="text-fg-3" aria-hidden />
          </Button>
        }
      >
        <MenuChoice
          value={filters.workflowId ?? ANY}
          onChoose={choose('workflow')}
          options={[
            { value: ANY, label: t('filter.any_workflow') },
            ...workflows.map((one) => ({ value: one.id, label: one.name })),
          ]}
        />
      </Menu>
      {isFiltered && (
        <Button look="quiet" size="sm" onClick={clear}>
          <X aria-hidden />
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
