import { useMemo, useState } from 'react';
import type { Tones } from '@/canvas/graph-canvas';
import { type Changes, changesOf, overlayOf } from '@/engine/changes';
import type { WorkflowDocument } from '@/engine/document';
import { type Entry, entriesOf } from './entries';

export interface Comparison {
  changes: Changes;
  entries: readonly Entry[];
  document: WorkflowDocument;
  tones: Tones;
}

/** Two documents as a list and as one picture. Without an older one everything is as it is, and nothing has changed. */
export function useComparison(older: unknown, newer: unknown): Comparison {
  return useMemo(() => {
    const before = older ?? newer;
    const changes = changesOf(before, newer);
    const { document, nodeTones, edgeTones } = overlayOf(before, newer, changes);
    return {
      changes,
      entries: entriesOf(changes),
      document,
      tones: { nodes: nodeTones, edges: edgeTones },
    };
  }, [older, newer]);
}

/** Steps through the changes: each is opened in the list and shown in the graph. */
export function useSteps(entries: readonly Entry[]) {
  const [current, setCurrent] = useState<string | null>(null);
  /** A node that was clicked although nothing about it has changed. */
  const [looked, setLooked] = useState<string | null>(null);
  const at = entries.findIndex(({ key }) => key === current);
  const go = (to: number): void => {
    setLooked(null);
    setCurrent(entries[(to + entries.length) % entries.length]?.key ?? null);
  };
  const entry = entries[at];
  return {
    at,
    current: entry?.key ?? null,
    looked,
    selected: looked ?? entry?.nodeId ?? null,
    next: (): void => go(at + 1),
    previous: (): void => go(at < 0 ? -1 : at - 1),
    toggle: (key: string): void => {
      setLooked(null);
      setCurrent(key === current ? null : key);
    },
    /** A click in the graph. */
    select: (nodeId: string | null): void => {
      const found = entries.find((one) => one.kind === 'node' && one.nodeId === nodeId);
      setCurrent(found?.key ?? null);
      setLooked(found === undefined ? nodeId : null);
    },
  };
}
