import { CornerDownRight, MoreHorizontal, Plus } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf, typeTitle } from '@/canvas/families';
import { StatusIcon } from '@/canvas/status-icon';
import { subtitleOf } from '@/canvas/subtitle';
import { cn } from '@/lib/cn';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { useScene } from '../canvas/canvas-provider';
import { useCommands } from '../canvas/commands-context';
import { INSPECTOR } from '../canvas/keyboard';
import { NameField } from '../canvas/name-field';
import { useUi, useUiStore } from '../canvas/ui';
import { useEditor, useEditorActions } from '../provider';
import { useLights } from '../run/lights';
import { OutlineBar } from './outline-bar';
import { type OutlineRow, outlineOf } from './rows';

interface RowProps {
  row: OutlineRow;
  isSelected: boolean;
  isTabStop: boolean;
  status: string;
  problem: 'error' | 'warning' | undefined;
}

function Buttons({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation('editor');
  const commands = useCommands();
  return (
    <span className="ml-auto flex shrink-0">
      <Button
        look="quiet"
        size="icon-sm"
        tabIndex={-1}
        aria-label={t('tree.after_of', { name })}
        title={t('tree.after')}
        onClick={() => commands.askAfter(id)}
      >
        <Plus aria-hidden />
      </Button>
      <Button
        look="quiet"
        size="icon-sm"
        tabIndex={-1}
        aria-haspopup="menu"
        aria-label={t('tree.more', { name })}
        title={t('menu.label')}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          commands.openMenu({ kind: 'node', id }, { x: left, y: bottom });
        }}
      >
        <MoreHorizontal aria-hidden />
      </Button>
    </span>
  );
}

const Row = memo(function Row({ row, isSelected, isTabStop, status, problem }: RowProps) {
  const { t } = useTranslation(['editor', 'common', 'executions']);
  const { node, level, port, onwards } = row;
  const isRenaming = useUi((state) => state.renaming === node.id);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const { hue, icon: Icon } = lookOf(node.type);
  const actions = useEditorActions();
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      aria-label={[
        node.name,
        typeTitle(node.type),
        port,
        status === '' ? '' : t(`executions:status.${status as 'failed'}`),
        problem === undefined ? '' : t(`common:canvas.${problem}`),
        node.isDisabled ? t('common:canvas.disabled') : '',
      ]
        .filter(Boolean)
        .join(', ')}
      tabIndex={isTabStop ? 0 : -1}
      data-id={node.id}
      style={{ paddingInlineStart: `${12 + (level - 1) * 24}px` }}
      className={cn(
        'group flex min-h-11 items-center gap-2.5 rounded-md pr-1.5 [contain-intrinsic-size:auto_44px] [content-visibility:auto] focus-visible:-outline-offset-2',
        isSelected ? 'bg-accent-soft' : 'hover:bg-hover',
        node.isDisabled && 'text-fg-3',
      )}
      onClick={(event) =>
        actions.select(
          [node.id],
          event.shiftKey || event.metaKey || event.ctrlKey ? 'toggle' : 'set',
        )
      }
      onKeyDown={() => undefined}
    >
      <span
        style={{ '--hue': hue }}
        className="tile grid size-7 shrink-0 place-items-center rounded-md"
      >
        <Icon className="size-4" aria-hidden />
      </span>
      {isRenaming ? (
        <NameField
          id={node.id}
          className="h-7 min-w-0 flex-1 rounded-sm border border-accent bg-panel px-1.5 font-medium outline-none"
        />
      ) : (
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium leading-4">{node.name}</span>
          <span className="block truncate text-2xs text-fg-3" aria-hidden>
            {subtitleOf(node)}
            {onwards.map((next) => (
              <span key={next.id} className="ml-2 inline-flex items-center gap-1">
                <CornerDownRight className="size-3" aria-hidden />
                {t('tree.onwards', { name: next.name })}
              </span>
            ))}
          </span>
        </span>
      )}
      {port !== '' && <Badge>{port}</Badge>}
      <StatusIcon status={status} />
      {problem !== undefined && (
        <span
          aria-hidden
          className={cn('size-2 rounded-full', problem === 'error' ? 'bg-bad' : 'bg-warn')}
        />
      )}
      {!isReadOnly && <Buttons id={node.id} name={node.name} />}
    </div>
  );
});

/** The graph as a list: everything that the canvas can, without a picture. */
export default function Outline() {
  const { t } = useTranslation('editor');
  const list = useRef<HTMLDivElement>(null);
  const ui = useUiStore();
  const commands = useCommands();
  const actions = useEditorActions();
  const { learn } = useScene();
  const document = useEditor((state) => state.document);
  const selection = useEditor((state) => state.selection);
  const problems = useEditor((state) => state.problems);
  const name = useEditor((state) => state.workflow.name);
  const focused = useUi((state) => state.focused);
  const { states } = useLights();
  const worst = useMemo(
    () => new Map(problems.toReversed().map((one) => [one.node_id, one.severity])),
    [problems],
  );
  const rows = useMemo(() => outlineOf(document), [document]);
  const stop = rows.some(({ node }) => node.id === focused) ? focused : rows[0]?.node.id;

  useEffect(() => {
    const focus = (id: string): void => {
      ui.setState({ focused: id });
      requestAnimationFrame(() => {
        const row = [...(list.current?.children ?? [])].find(
          (one) => (one as HTMLElement).dataset.id === id,
        );
        (row as HTMLElement | undefined)?.focus();
      });
    };
    learn({ focus, focusCanvas: () => focus(ui.getState().focused ?? ''), flow: null });
  }, [learn, ui]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const { id } = (event.target as HTMLElement).dataset;
    const at = rows.findIndex(({ node }) => node.id === id);
    if (id === undefined || at === -1) return;
    const go = (to: number): void => {
      const next = rows[to]?.node.id;
      if (next === undefined) return;
      actions.select([next]);
      commands.focusNode(next);
    };
    if (event.altKey && event.key === 'ArrowUp') commands.moveEarlier(id);
    else if (event.altKey && event.key === 'ArrowDown') commands.moveLater(id);
    else if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === ' ') actions.select([id], event.shiftKey ? 'toggle' : 'set');
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      actions.select([id]);
      requestAnimationFrame(() => window.document.getElementById(INSPECTOR)?.focus());
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="absolute inset-0 flex flex-col bg-bg">
      <OutlineBar />
      <div
        ref={list}
        role="tree"
        aria-label={t('outline', { name })}
        className="mx-auto w-full max-w-[760px] flex-1 overflow-y-auto p-3 pb-8"
        onKeyDownCapture={onKeyDown}
        onFocusCapture={({ target }) => {
          const { id } = (target as HTMLElement).dataset;
          if (id !== undefined) ui.setState({ focused: id });
        }}
      >
        {rows.map((row) => (
          <Row
            key={row.node.id}
            row={row}
            isSelected={selection.has(row.node.id)}
            isTabStop={row.node.id === stop}
            status={states.get(row.node.id)?.status ?? ''}
            problem={worst.get(row.node.id)}
          />
        ))}
      </div>
    </div>
  );
}
