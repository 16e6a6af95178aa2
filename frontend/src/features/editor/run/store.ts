import { create } from 'zustand';
import type { RawDocument } from '@/engine/edits/operations';
import { memory } from '@/lib/storage';

/** Which data a run of the whole draft begins with. `last`: those of the latest execution. */
type Source = 'typed' | 'last';

/** What a person has chosen for the next run of a workflow. */
export interface Order {
  /** Null: the trigger that the server would take. */
  trigger: string | null;
  source: Source;
  /** JSON; null: nothing has been typed. */
  typed: string | null;
}

export const PANES = ['input', 'config', 'output'] as const;
export type Pane = (typeof PANES)[number];

interface RunState {
  height: number;
  isOpen: boolean;
  /** The panes that a person has closed. */
  closed: ReadonlySet<Pane>;
  /** An order is on its way, and no execution is known yet. */
  isStarting: boolean;
  /** What the selected node gave is to be pinned, but somebody has to fill in what was kept out of it. */
  isPinning: boolean;
  /** The node at which a retry with other data is to begin, while somebody is asked for them; "": at the start. */
  retryAt: string | null;
  /** What the draft was when this page started an execution, by the execution's id. */
  drafts: Readonly<Record<string, RawDocument>>;
  /** The pass that is looked at, by execution; each node shows the one that needs somebody where there is none. */
  passes: Readonly<Record<string, string>>;
  orders: Readonly<Record<string, Order>>;
  /** Executions whose failed node has been selected once; later a person's choice stays. */
  told: ReadonlySet<string>;
}

const SMALL = '(max-width: 1023px)';
export const USUAL = 252;
export const LEAST = 140;
export const MOST = 900;

const bounded = (height: number): number => Math.round(Math.min(MOST, Math.max(LEAST, height)));

const remembered = (): number => {
  const known = Number(memory.get('run-height'));
  return Number.isFinite(known) && known > 0 ? bounded(known) : USUAL;
};

/** On a small screen the panel covers the graph, so there it opens when something runs. */
const isOpenAtFirst = (): boolean => {
  const known = memory.get('run-panel');
  const isSmall = 'matchMedia' in globalThis && matchMedia(SMALL).matches;
  return known === null ? !isSmall : known === 'open';
};

/** What the parts of the editor share about running. It holds nothing of the document and nothing that the server tells. */
export const useRun = create<RunState>(() => ({
  height: remembered(),
  isOpen: isOpenAtFirst(),
  closed: new Set(),
  isStarting: false,
  isPinning: false,
  retryAt: null,
  drafts: {},
  passes: {},
  orders: {},
  told: new Set(),
}));

export const NO_ORDER: Order = { trigger: null, source: 'last', typed: null };

export const run = {
  resize(height: number): void {
    const next = bounded(height);
    memory.set('run-height', String(next));
    useRun.setState({ height: next });
  },
  open(isOpen: boolean): void {
    memory.set('run-panel', isOpen ? 'open' : 'closed');
    useRun.setState({ isOpen });
  },
  turnPane(pane: Pane): void {
    useRun.setState(({ closed }) => {
      const next = new Set(closed);
      if (!next.delete(pane)) next.add(pane);
      // One pane always stays: an empty panel tells nothing.
      return next.size === PANES.length ? {} : { closed: next };
    });
  },
  starting(isStarting: boolean): void {
    useRun.setState({ isStarting });
  },
  pinning(isPinning: boolean): void {
    useRun.setState({ isPinning });
  },
  retrying(retryAt: string | null): void {
    useRun.setState({ retryAt });
  },
  /** An execution of what the draft is now has begun. */
  begun(id: string, draft: RawDocument): void {
    useRun.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: draft } }));
  },
  choosePass(executionId: string, scope: string): void {
    useRun.setState(({ passes }) => ({ passes: { ...passes, [executionId]: scope } }));
  },
  /** Looks at all passes again. */
  leavePass(executionId: string): void {
    useRun.setState(({ passes }) => ({
      passes: Object.fromEntries(Object.entries(passes).filter(([id]) => id !== executionId)),
    }));
  },
  order(workflowId: string, part: Partial<Order>): void {
    useRun.setState(({ orders }) => ({
      orders: { ...orders, [workflowId]: { ...(orders[workflowId] ?? NO_ORDER), ...part } },
    }));
  },
  tell(executionId: string): void {
    useRun.setState(({ told }) => ({ told: new Set(told).add(executionId) }));
  },
};

/** The order for the next run of a workflow. */
export const useOrder = (workflowId: string): Order =>
  useRun(({ orders }) => orders[workflowId]) ?? NO_ORDER;
