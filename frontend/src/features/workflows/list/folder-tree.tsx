import {
  ChevronRight,
  Folder as FolderIcon,
  FolderPlus,
  Inbox,
  Layers,
  Trash2,
} from 'lucide-react';
import { type DragEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { Scrolling } from '@/ui/scrolling';
import { type Cargo, holdsCargo, lade, unlade } from './dragging';
import { TOP } from './filters';
import { type FolderAsk, FolderMenu } from './folder-menu';
import { type Branch, type Folder, pathOf, treeOf } from './tree';

interface PlaceProps {
  /** A folder's id, TOP, or null: wherever they lie. */
  place: string | null;
  isHere: boolean;
  name: string;
  icon: ReactNode;
  count?: number | undefined;
  className?: string;
  onDragStart?: ((event: DragEvent) => void) | undefined;
  /** Undefined where nothing can be dropped. */
  onDrop: ((cargo: Cargo) => void) | undefined;
}

/** A link that shows what lies there, and takes what is dropped on it. */
function Place(props: PlaceProps) {
  const { place, isHere, name, icon, count, className, onDragStart, onDrop } = props;
  const { search } = useLocation();
  const [isOver, setOver] = useState(false);
  const next = new URLSearchParams(search);
  if (place === null) next.delete('folder');
  else next.set('folder', place);
  return (
    <Link
      to={{ search: next.toString() }}
      aria-current={isHere ? 'true' : undefined}
      title={name}
      draggable={onDragStart !== undefined}
      onDragStart={onDragStart}
      onDragOver={(event) => {
        if (onDrop === undefined || !holdsCargo(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const cargo = unlade(event);
        if (cargo !== null) onDrop?.(cargo);
      }}
      className={cn(
        'flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5 text-fg-2 hover:text-fg aria-[current]:font-medium aria-[current]:text-fg',
        isOver && 'bg-accent-soft text-accent outline-2 outline-accent -outline-offset-2',
        className,
      )}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {count !== undefined && count > 0 && (
        <span className="text-2xs text-fg-3 tabular-nums group-focus-within:invisible group-hover:invisible">
          {count}
        </span>
      )}
    </Link>
  );
}

const ROW =
  'group relative flex items-center rounded-md hover:bg-hover has-aria-[current]:bg-hover';

/** Where what was deleted is shown. */
export const BIN = '/workflows?bin=true';

interface FolderTreeProps {
  folders: readonly Folder[];
  chosen: string | null;
  mayChange: boolean;
  onAsk: (ask: FolderAsk) => void;
  /** Something was dropped: into a folder, or null: at the top. */
  onDrop: (cargo: Cargo, folder: string | null) => void;
}

/** Where workflows lie. Folders open by their arrow, and those around the chosen one by themselves. */
export function FolderTree({ folders, chosen, mayChange, onAsk, onDrop }: FolderTreeProps) {
  const { t } = useTranslation('workflows');
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const around = new Set(pathOf(folders, chosen).map(({ id }) => id));
  const isOpen = (id: string): boolean => turned.get(id) ?? around.has(id);
  const isShown = ({ folder }: Branch): boolean =>
    pathOf(folders, folder.parent_id).every(({ id }) => isOpen(id));
  const dropOn = (folder: string | null) =>
    mayChange ? (cargo: Cargo) => onDrop(cargo, folder) : undefined;
  return (
    <nav
      aria-label={t('folder.all')}
      className="flex w-56 shrink-0 flex-col border-line border-r bg-bg max-lg:hidden"
    >
      <div className="flex h-9 items-center pr-2 pl-4">
        <span className="flex-1 font-medium text-2xs text-fg-3">{t('folder.title')}</span>
        {mayChange && (
          <Button
            look="quiet"
            size="icon-sm"
            aria-label={t('folder.new')}
            title={t('folder.new')}
            onClick={() => onAsk({ what: 'new', parent: null })}
          >
            <FolderPlus aria-hidden />
          </Button>
        )}
      </div>
      <Scrolling label={t('folder.all')} className="px-2 pb-3">
        <div className={ROW}>
          <Place
            place={null}
            isHere={chosen === null}
            name={t('folder.everywhere')}
            icon={<Layers className="size-4 shrink-0 text-fg-3" aria-hidden />}
            onDrop={undefined}
          />
        </div>
        <div className={ROW}>
          <Place
            place={TOP}
            isHere={chosen === TOP}
            name={t('folder.none')}
            icon={<Inbox className="size-4 shrink-0 text-fg-3" aria-hidden />}
            onDrop={dropOn(null)}
          />
        </div>
        <ul className="mt-1 flex flex-col gap-px">
          {treeOf(folders)
            .filter(isShown)
            .map(({ folder, depth, hasChildren }) => (
              <li key={folder.id} className={ROW} style={{ paddingLeft: depth * 14 }}>
                <button
                  type="button"
                  aria-label={t('folder.open', { name: folder.name })}
                  aria-expanded={isOpen(folder.id)}
                  onClick={() => setTurned(new Map(turned).set(folder.id, !isOpen(folder.id)))}
                  className={cn(
                    'grid size-6 shrink-0 place-items-center rounded-md text-fg-3 hover:text-fg',
                    !hasChildren && 'invisible',
                  )}
                >
                  <ChevronRight
                    className={cn('size-3.5', isOpen(folder.id) && 'rotate-90')}
                    aria-hidden
                  />
                </button>
                <Place
                  place={folder.id}
                  isHere={folder.id === chosen}
                  name={folder.name}
                  icon={<FolderIcon className="size-4 shrink-0 text-fg-3" aria-hidden />}
                  count={folder.workflow_count}
                  onDragStart={
                    mayChange ? (event) => lade(event, { folder: folder.id }) : undefined
                  }
                  onDrop={dropOn(folder.id)}
                  className="-ml-0.5 pl-0.5"
                />
                {mayChange && (
                  <span className="absolute right-0.5 bg-inherit opacity-0 focus-within:opacity-100 group-hover:opacity-100 has-data-[state=open]:opacity-100">
                    <FolderMenu folder={folder} onAsk={onAsk} />
                  </span>
                )}
              </li>
            ))}
        </ul>
      </Scrolling>
      <Link
        to={BIN}
        className="flex h-10 shrink-0 items-center gap-2 border-line border-t px-4 text-fg-2 hover:bg-hover hover:text-fg"
      >
        <Trash2 className="size-4 shrink-0 text-fg-3" aria-hidden />
        {t('bin.title')}
      </Link>
    </nav>
  );
}
