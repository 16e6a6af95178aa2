import { History, ListChecks, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/canvas/status-badge';
import { useMay } from '@/features/accounts/facade';
import { useSearchable } from '@/features/executions/facade';
import { useFoundWorkflows, useWorkflowName, useWorkflowNames } from '@/features/workflows/facade';
import { shortId } from '@/lib/format';
import { useSettled } from '@/lib/settled';
import { TimeAgo } from '@/ui/time-ago';
import { PaletteGroup, PaletteItem } from './palette-item';
import { recent } from './recent';

interface GoProps {
  go: (to: string) => void;
}

const idIn = (path: string): string => path.split('/')[2] ?? '';

/** What was looked at last; only while nothing is typed, because a search has its own order. */
export function RecentGroup({ go }: GoProps) {
  const { t } = useTranslation();
  const names = new Map(useWorkflowNames().map(({ id, name }) => [id, name]));
  const shown = recent().flatMap((path) => {
    if (path.startsWith('/executions/'))
      return [{ path, name: t('palette.execution', { id: shortId(idIn(path)) }), icon: History }];
    const name = names.get(idIn(path));
    // One that is gone leads nowhere.
    return name === undefined ? [] : [{ path, name, icon: Workflow }];
  });
  if (shown.length === 0) return null;
  return (
    <PaletteGroup heading={t('palette.recent')}>
      {shown.map(({ path, name, icon }) => (
        <PaletteItem key={path} icon={icon} value={`recent ${path}`} onSelect={() => go(path)}>
          {name}
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}

/** Whether what was typed is still being looked for, or could not be. */
export function useFinding(query: string): 'finding' | 'failed' | 'found' {
  const settled = useSettled(query);
  const { isFetching, isError } = useFoundWorkflows(settled);
  if (settled !== query || isFetching) return 'finding';
  return isError ? 'failed' : 'found';
}

/** The workflows that are known, and those that the server finds by what was typed. */
export function WorkflowGroup({ query, go }: GoProps & { query: string }) {
  const { t } = useTranslation();
  const known = useWorkflowNames();
  const found = useFoundWorkflows(useSettled(query)).data ?? [];
  const all = [...new Map([...known, ...found].map(({ id, name }) => [id, name]))];
  if (all.length === 0) return null;
  return (
    <PaletteGroup heading={t('palette.workflows')}>
      {all.map(([id, name]) => (
        <PaletteItem
          key={id}
          icon={Workflow}
          value={`${name} ${id}`}
          onSelect={() => go(`/workflows/${id}`)}
        >
          {name}
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const LEAST = 3;
const SHOWN = 6;

/** The newest executions by the end of their id, their workflow or their state; any of them by its whole id. */
export function ExecutionGroup({ query, go }: GoProps & { query: string }) {
  const { t } = useTranslation(['common', 'executions']);
  const wanted = query.trim().toLowerCase();
  const isOn = useMay('execution.read') && wanted.length >= LEAST;
  const { data = [] } = useSearchable(isOn);
  const nameOf = useWorkflowName();
  const isId = UUID.test(wanted);
  const shown = data
    .filter(({ id, workflow_id, status }) =>
      [id, nameOf(workflow_id), t(`executions:status.${status}`)].some((one) =>
        one.toLowerCase().includes(wanted),
      ),
    )
    .slice(0, SHOWN);
  if (!isOn || (shown.length === 0 && !isId)) return null;
  return (
    <PaletteGroup heading={t('nav.executions')}>
      {isId && !shown.some(({ id }) => id === wanted) && (
        <PaletteItem icon={ListChecks} value={wanted} onSelect={() => go(`/executions/${wanted}`)}>
          {t('palette.execution', { id: shortId(wanted) })}
        </PaletteItem>
      )}
      {shown.map(({ id, workflow_id, status, had_errors, created_at }) => (
        <PaletteItem
          key={id}
          icon={ListChecks}
          value={`execution ${id}`}
          keywords={[nameOf(workflow_id), t(`executions:status.${status}`)]}
          detail={
            <span className="flex items-center gap-2">
              <StatusBadge status={status} hadErrors={had_errors} />
              <TimeAgo at={created_at} />
            </span>
          }
          onSelect={() => go(`/executions/${id}`)}
        >
          {nameOf(workflow_id)} <span className="text-fg-3">{shortId(id)}</span>
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}
