import { Download, FolderInput, LoaderCircle, Power, PowerOff, Tag, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Selection } from '@/lib/selection';
import { Button } from '@/ui/button';
import { ChosenBar } from '@/ui/chosen-bar';
import { FilterMenu } from '@/ui/filter-menu';
import type { WorkflowSummary } from '../types';
import { useTags } from './api';
import type { Bulk } from './bulk';
import { SORTS, STATES, TOP, type useFilters } from './filters';
import { type Folder, nameOf, treeOf } from './tree';
import type { RowAct, RowMay } from './workflow-row';

/** How far a long wish has come. */
function Working({ progress }: { progress: NonNullable<Bulk['progress']> }) {
  const { t } = useTranslation('workflows');
  const { done, of } = progress;
  return (
    <span role="status" className="flex items-center gap-2 text-fg-2">
      <LoaderCircle className="spin size-4" aria-hidden />
      {t('bulk.progress', { done, of })}
      <progress
        value={done}
        max={of}
        aria-label={t('bulk.progress', { done, of })}
        className="h-1.5 w-24 accent-accent"
      />
    </span>
  );
}

interface BulkBarProps {
  selection: Selection<WorkflowSummary>;
  shown: number;
  may: RowMay;
  progress: Bulk['progress'];
  onAct: (act: Exclude<RowAct, 'run'>) => void;
}

/** What can be done with the chosen workflows; it stands where the filters stand else. */
export function BulkBar({ selection, shown, may, progress, onAct }: BulkBarProps) {
  const { t } = useTranslation('workflows');
  const { chosen } = selection;
  const hasOff = chosen.some(({ is_active }) => !is_active);
  const hasLive = chosen.some(({ is_active }) => is_active);
  if (progress !== null) return <Working progress={progress} />;
  return (
    <ChosenBar selection={selection} shown={shown}>
      {may.update && (
        <>
          <Button size="sm" disabled={!hasOff} onClick={() => onAct('activate')}>
            <Power aria-hidden />
            {t('page.activate')}
          </Button>
          <Button size="sm" disabled={!hasLive} onClick={() => onAct('deactivate')}>
            <PowerOff aria-hidden />
            {t('page.deactivate')}
          </Button>
          <Button size="sm" onClick={() => onAct('move')}>
            <FolderInput aria-hidden />
            {t('bulk.move')}
          </Button>
          <Button size="sm" onClick={() => onAct('tag')}>
            <Tag aria-hidden />
            {t('bulk.tag')}
          </Button>
        </>
      )}
      <Button size="sm" onClick={() => onAct('export')}>
        <Download aria-hidden />
        {t('export.do')}
      </Button>
      {may.delete && (
        <Button size="sm" look="danger" onClick={() => onAct('delete')}>
          <Trash2 aria-hidden />
          {t('page.delete')}
        </Button>
      )}
    </ChosenBar>
  );
}

interface FilterBarProps {
  narrowing: ReturnType<typeof useFilters>;
  folders: readonly Folder[];
}

/** The filters and the order; on a narrow screen also the folder, which stands beside the list else. */
export function FilterBar({ narrowing, folders }: FilterBarProps) {
  const { t } = useTranslation('workflows');
  const { filters, isNarrowed, setState, setSort, setFolder, setTags, clear } = narrowing;
  const tags = useTags().data ?? [];
  const [first, ...others] = filters.tags;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <FilterMenu
        className="lg:hidden"
        label={t('folder.label')}
        any={t('folder.everywhere')}
        value={filters.folder}
        options={[
          { value: TOP, label: t('folder.none') },
          ...treeOf(folders).map(({ folder: { id } }) => ({
            value: id,
            label: nameOf(folders, id),
          })),
        ]}
        onChoose={setFolder}
      />
      <FilterMenu
        label={t('column.state')}
        any={t('filters.any_state')}
        value={filters.state}
        options={STATES.map((value) => ({ value, label: t(`filters.${value}`) }))}
        onChoose={setState}
      />
      {tags.length > 0 && (
        <FilterMenu<string>
          label={t('tags.label')}
          any={t('filters.any_tag')}
          value={first ?? null}
          options={tags.map(({ name, workflow_count }) => ({
            value: name,
            label: `${name} · ${workflow_count}`,
          }))}
          onChoose={(tag) => setTags(tag === null ? [] : [...new Set([...filters.tags, tag])])}
        />
      )}
      {others.map((tag) => (
        <Button
          key={tag}
          size="sm"
          look="marked"
          aria-label={t('filters.leave_tag', { tag })}
          onClick={() => setTags(filters.tags.filter((one) => one !== tag))}
        >
          {tag}
          <X aria-hidden />
        </Button>
      ))}
      {isNarrowed && (
        <Button look="quiet" size="sm" onClick={clear}>
          <X aria-hidden />
          {t('filters.clear')}
        </Button>
      )}
      <span className="ml-auto max-sm:ml-0">
        <FilterMenu
          label={t('sort.label')}
          any={t('sort.newest')}
          value={filters.sort}
          options={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChoose={setSort}
        />
      </span>
    </div>
  );
}
