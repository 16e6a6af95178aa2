import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import { cn } from '@/lib/cn';
import { FormError } from '@/ui/form-error';
import { Kbd } from '@/ui/kbd';
import { Skeleton } from '@/ui/skeleton';
import { useCommands } from '../canvas/commands-context';
import type { PaletteRequest, Purpose } from '../canvas/ui';
import { useUiStore } from '../canvas/ui';
import { type NodeType, useCatalogue } from '../catalogue';
import { useEditor } from '../provider';
import { DRAGGED_TYPE } from './dragged';
import { byCategory, found, type PaletteContext, suggested } from './rank';

const WIDTH = 320;
const HEIGHT = 420;
const MARGIN = 12;

function contextOf(
  purpose: Purpose,
  typeOf: (id: string) => string | undefined,
  isEmpty: boolean,
): PaletteContext {
  const isTrigger = (id: string): boolean => typeOf(id)?.startsWith('trigger:') === true;
  switch (purpose.kind) {
    case 'add':
      return { after: null, triggers: 'any', isEmpty };
    case 'before':
      return { after: null, triggers: 'any', isEmpty: false };
    case 'after':
      return { after: typeOf(purpose.id) ?? null, triggers: 'none', isEmpty: false };
    case 'on':
      return { after: typeOf(purpose.edgeId) ?? null, triggers: 'none', isEmpty: false };
    case 'replace':
      return {
        after: null,
        triggers: isTrigger(purpose.id) ? 'only' : 'none',
        isEmpty: false,
      };
  }
}

interface ItemProps {
  type: NodeType;
  group: string;
  onChoose: () => void;
  onDrag: (event: DragEvent) => void;
}

function Item({ type, group, onChoose, onDrag }: ItemProps) {
  const { hue, icon: Icon } = lookOf(type.type);
  return (
    <Command.Item
      value={`${group} ${type.type}`}
      onSelect={onChoose}
      draggable
      onDragStart={onDrag}
      title={type.description}
      className="flex h-11 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover"
    >
      <span
        style={{ '--hue': hue }}
        className="tile grid size-7 shrink-0 place-items-center rounded-md"
      >
        <Icon className="size-4" aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium leading-4">{type.title}</span>
        <span className="block truncate text-2xs text-fg-2">{type.description}</span>
      </span>
    </Command.Item>
  );
}

const Group = ({ heading, children }: { heading: string; children: ReactNode }) => (
  <Command.Group
    heading={heading}
    className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-fg-3"
  >
    {children}
  </Command.Group>
);

const Waiting = () => (
  <div aria-busy className="flex flex-col gap-5 p-4">
    {['w-40', 'w-52', 'w-36', 'w-48'].map((width) => (
      <Skeleton key={width} className={width} />
    ))}
  </div>
);

/** Where it shows itself: near what it was asked for at, and wholly within the canvas. */
function placeOf({ at }: PaletteRequest, frame: { width: number; height: number }) {
  const height = Math.min(HEIGHT, frame.height - 2 * MARGIN);
  if (at === null) return { left: MARGIN, top: MARGIN, height };
  const hasRoom = at.x + WIDTH + MARGIN <= frame.width;
  const isBefore = !hasRoom && at.before !== undefined && at.before >= WIDTH + MARGIN;
  const wanted = isBefore ? (at.before ?? 0) - WIDTH : at.x;
  const left = Math.max(MARGIN, Math.min(wanted, frame.width - WIDTH - MARGIN));
  const top = Math.max(MARGIN, Math.min(at.y, frame.height - height - MARGIN));
  return { left, top, height };
}

function useNames(purpose: Purpose) {
  const document = useEditor((state) => state.document);
  const types = useMemo(
    () => new Map(document.nodes.map((node) => [node.id, node])),
    [document.nodes],
  );
  const source = (id: string): string =>
    document.edges.find((edge) => edge.id === id)?.source ?? '';
  const node = 'id' in purpose ? types.get(purpose.id) : undefined;
  const typeOf = (id: string): string | undefined =>
    types.get(purpose.kind === 'on' ? source(id) : id)?.type;
  return { name: node?.name ?? '', typeOf, isEmpty: document.nodes.length === 0 };
}

/** Every node there is: typing filters at once, Enter takes the first, and each can be dragged out. */
export default function Palette({ request }: { request: PaletteRequest }) {
  const { t } = useTranslation('editor');
  const ui = useUiStore();
  const commands = useCommands();
  const { catalogue, error, isPending } = useCatalogue();
  const [query, setQuery] = useState('');
  const [isDragged, setDragged] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const { purpose } = request;
  const { name, typeOf, isEmpty } = useNames(purpose);
  const context = contextOf(purpose, typeOf, isEmpty);
  const types = useMemo(() => [...catalogue.values()], [catalogue]);
  const close = (): void => ui.setState({ palette: null });
  const [frame, setFrame] = useState({ width: Number.MAX_SAFE_INTEGER, height: HEIGHT + 40 });
  useEffect(() => {
    const box = panel.current?.parentElement;
    if (box != null) setFrame({ width: box.clientWidth, height: box.clientHeight });
  }, []);
  const itemOf = (group: string) => (type: NodeType) => (
    <Item
      key={type.type}
      type={type}
      group={group}
      onChoose={() => commands.choose(type, request)}
      onDrag={(event) => {
        event.dataTransfer.setData(DRAGGED_TYPE, type.type);
        event.dataTransfer.effectAllowed = 'copy';
        // Hidden one tick later: what is gone at once cannot be dragged.
        setTimeout(() => setDragged(true));
      }}
    />
  );
  const shown = query.trim() === '' ? null : found(types, query, context);
  return (
    <div
      ref={panel}
      role="dialog"
      data-state="open"
      aria-label={t(`palette.purpose.${purpose.kind}`, { name })}
      style={{ width: WIDTH, ...placeOf(request, frame) }}
      className={cn(
        'pop absolute z-30 flex max-w-[calc(100%-24px)] flex-col rounded-xl border border-line bg-raised shadow-2',
        isDragged && 'pointer-events-none opacity-0',
      )}
    >
      <Command
        label={t('palette.label')}
        shouldFilter={false}
        loop
        className="flex min-h-0 flex-col"
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          close();
          commands.focusCanvas();
        }}
        onBlur={(event) => {
          const isOutside = !event.currentTarget.contains(event.relatedTarget);
          if (isOutside && event.relatedTarget !== null) close();
        }}
        onDragEnd={close}
      >
        <div className="flex h-11 shrink-0 items-center gap-2 border-line border-b px-3">
          <Search className="size-4 shrink-0 text-fg-3" aria-hidden />
          <Command.Input
            ref={(field) => field?.focus()}
            value={query}
            onValueChange={setQuery}
            placeholder={
              purpose.kind === 'add'
                ? t('palette.search')
                : `${t(`palette.purpose.${purpose.kind}`, { name })}…`
            }
            className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-fg-3"
          />
        </div>
        {error !== null && (
          <div className="p-3">
            <FormError>{error.message}</FormError>
          </div>
        )}
        {isPending && <Waiting />}
        {shown?.length === 0 && !isPending && (
          <p role="status" className="px-3 py-6 text-center text-fg-2">
            {t('palette.nothing', { query })}
          </p>
        )}
        <Command.List label={t('palette.label')} className="min-h-0 flex-1 overflow-y-auto p-1">
          {shown?.map(itemOf('found'))}
          {shown === null && (
            <>
              <Group heading={t(context.isEmpty ? 'palette.start' : 'palette.suggested')}>
                {suggested(types, context).map(itemOf('suggested'))}
              </Group>
              {byCategory(types, context).map(({ category, types: some }) => (
                <Group key={category} heading={t(`palette.category.${category}`)}>
                  {some.map(itemOf(category))}
                </Group>
              ))}
            </>
          )}
        </Command.List>
      </Command>
      <p className="flex h-8 shrink-0 items-center gap-2 border-line border-t px-3 text-2xs text-fg-2">
        <Kbd id="open_node" />
        {t('palette.hint')}
      </p>
    </div>
  );
}
