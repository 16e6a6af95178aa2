import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { CircleAlert, Minus, PencilLine, Pin, Plus, TriangleAlert } from 'lucide-react';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tone } from '@/engine/changes';
import type { NodeState, NodeStatus } from '@/engine/graph';
import { cn } from '@/lib/cn';
import { duration } from '@/lib/format';
import { lookOf, typeTitle } from './families';
import { useFar } from './far';
import { useHands } from './hands';
import { useNodeState } from './states';
import { StatusIcon } from './status-icon';

/** What a document's check says of a node. */
export type Mark = 'error' | 'warning';

interface CardData extends Record<string, unknown> {
  title: string;
  subtitle: string;
  type: string;
  isDisabled: boolean;
  hasInput: boolean;
  ports: string[];
  /** Those that no edge leaves by. */
  freePorts: string[];
  mark?: Mark | undefined;
  isPinned?: boolean;
  tone?: Tone | undefined;
}

export type CardNode = Node<CardData, 'card'>;

const BORDERS: Readonly<Record<string, string>> = {
  failed: 'border-bad',
  waiting: 'border-warn',
  unknown: 'border-warn',
  running: 'border-run',
};

const handleTop = (index: number, count: number): string => `${((index + 1) * 100) / (count + 1)}%`;

/** What the eye reads from colours and shapes, as words for those who do not see them. */
function useUnseen(data: CardData, status: NodeStatus | undefined): string {
  const { t } = useTranslation(['executions', 'common']);
  const words = [
    typeTitle(data.type),
    status === undefined ? '' : t(`status.${status}`),
    data.mark === undefined ? '' : t(`common:canvas.${data.mark}`),
    data.isPinned === true ? t('common:canvas.pinned') : '',
    data.isDisabled ? t('common:canvas.disabled') : '',
    data.tone === undefined ? '' : t(`common:canvas.${data.tone}`),
  ];
  return words.filter(Boolean).join(', ');
}

const SIGNS = {
  added: { icon: Plus, colour: 'text-ok' },
  changed: { icon: PencilLine, colour: 'text-warn' },
  removed: { icon: Minus, colour: 'text-bad' },
} as const;

function ToneIcon({ tone }: { tone: Tone }) {
  const { icon: Icon, colour } = SIGNS[tone];
  return <Icon className={cn('size-3.5 shrink-0', colour)} aria-hidden />;
}

function MarkIcon({ mark }: { mark: Mark }) {
  const Icon = mark === 'error' ? CircleAlert : TriangleAlert;
  return (
    <Icon
      className={cn('size-3.5 shrink-0', mark === 'error' ? 'text-bad' : 'text-warn')}
      aria-hidden
    />
  );
}

interface LookProps {
  data: CardData;
  state: NodeState | undefined;
}

function Face({ data, state }: LookProps) {
  const Icon = lookOf(data.type).icon;
  const ms = state?.ms ?? null;
  const unseen = useUnseen(data, state?.status);
  return (
    <>
      <span className="tile grid size-9 shrink-0 place-items-center rounded-md">
        <Icon className="size-[18px]" aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-1.5">
          <span className="min-w-0 flex-1 truncate font-medium leading-[18px]" title={data.title}>
            {data.title}
          </span>
          <span className="sr-only">{unseen}</span>
          {data.isPinned === true && (
            <Pin className="size-3.5 shrink-0 fill-current text-accent" aria-hidden />
          )}
          <StatusIcon status={state?.status ?? ''} />
          {data.mark !== undefined && <MarkIcon mark={data.mark} />}
          {data.tone !== undefined && <ToneIcon tone={data.tone} />}
        </span>
        <span className="flex gap-2 text-2xs text-fg-3">
          <span className="min-w-0 flex-1 truncate" title={data.subtitle}>
            {data.subtitle}
          </span>
          {ms !== null && <span className="tabular-nums">{duration(ms)}</span>}
        </span>
      </span>
    </>
  );
}

interface PortsProps {
  id: string;
  data: CardData;
  isConnectable: boolean;
}

/** The handles that edges leave by. Where no edge does yet, the port says its name, and a click chooses what comes next. */
function Ports({ id, data, isConnectable }: PortsProps) {
  const hands = useHands();
  return data.ports.map((port, index) => {
    const isFree = isConnectable && data.freePorts.includes(port);
    const top = handleTop(index, data.ports.length);
    return (
      <Fragment key={port}>
        <Handle
          {...(port === '' ? {} : { id: port })}
          type="source"
          position={Position.Right}
          isConnectable={isConnectable}
          className={isFree ? 'free' : ''}
          style={{ top }}
          onClick={() => hands?.addAfter(id, port)}
        />
        {isFree && port !== '' && (
          <span
            className={cn('port-label', data.freePorts.length < data.ports.length && 'crowded')}
            style={{ top }}
          >
            {port}
          </span>
        )}
      </Fragment>
    );
  });
}

/** The family's hue, and what the node's state does to the border. */
function styleOf({ data, state }: LookProps) {
  const status = state?.status ?? '';
  const isQuiet = status === 'skipped' || status === 'cancelled' || data.isDisabled;
  return {
    style: { '--hue': lookOf(data.type).hue },
    className: cn(
      'card h-[58px] w-[208px] rounded-lg border',
      BORDERS[status] ?? (data.mark === 'error' ? 'border-bad' : 'border-line'),
      isQuiet && 'quiet border-dashed',
      data.tone,
    ),
  };
}

/** From far away: its colours alone. It has no ports, for nobody could hit them; of a thousand each element counts. */
function Tile(props: LookProps) {
  const { style, className } = styleOf(props);
  const { data, state } = props;
  const unseen = useUnseen(data, state?.status);
  return (
    <div
      role="img"
      aria-label={`${data.title} ${unseen}`}
      style={style}
      className={cn(className, 'tile', state?.status, data.mark === 'error' && 'wrong')}
    />
  );
}

function NodeCardInner({ id, data, isConnectable }: NodeProps<CardNode>) {
  const state = useNodeState(id);
  if (useFar()) return <Tile data={data} state={state} />;
  const { style, className } = styleOf({ data, state });
  return (
    <div
      style={style}
      className={cn(className, 'flex items-center gap-2.5 bg-panel pr-3 pl-2.5 shadow-1')}
    >
      {data.hasInput && (
        <Handle type="target" position={Position.Left} isConnectable={isConnectable} />
      )}
      <Face data={data} state={state} />
      <Ports id={id} data={data} isConnectable={isConnectable} />
    </div>
  );
}

export const NodeCard = memo(NodeCardInner);
