import { useMemo, useState } from 'react';
import { useGraphSource } from '@/features/workflows/facade';
import { useParam } from '@/lib/list';
import type { Execution } from '../types';
import { useOutline } from './api';
import { firstRow, isDifferent, type Row, type Side } from './rows';

/** The row that stands above those of nodes. */
export const WHOLE = 'execution';

/** What one execution brings, as far as it is here. */
export function useSide(execution: Execution) {
  const source = useGraphSource(execution.workflow_id, execution.version_id);
  const outline = useOutline(execution.id, execution.status);
  const rows = outline.data?.rows;
  const isWhole = outline.data?.isWhole === true;
  const side = useMemo(
    (): Side | undefined =>
      rows === undefined || source.isPending
        ? undefined
        : {
            definition: source.definition,
            isOther: source.isDraft,
            steps: rows,
            isWhole,
          },
    [rows, isWhole, source.definition, source.isDraft, source.isPending],
  );
  return { side, outline };
}

/** Which rows are shown, and which one is looked at; both stand in the address. */
export function useLooking(rows: readonly Row[]) {
  const [node, setNode] = useParam('node');
  const [shown, setShown] = useParam('show');
  const [isFromBelow, setFromBelow] = useState(false);
  const differing = useMemo(() => rows.filter(isDifferent), [rows]);
  const isAll = shown === null ? differing.length === 0 : shown === 'all';
  const first = useMemo(() => firstRow(rows)?.key ?? WHOLE, [rows]);
  const key = node ?? first;
  const row = rows.find((one) => one.key === key);
  const visible = isAll ? rows : differing;
  const choose = (next: string): void => {
    setFromBelow(false);
    setNode(next);
  };
  /** The whole execution stands above the first row. */
  const step = (by: 1 | -1): void => {
    const keys = [WHOLE, ...differing.map((one) => one.key)];
    const order = [WHOLE, ...rows.map((one) => one.key)];
    const at = order.indexOf(key);
    const next =
      by === 1
        ? keys.find((one) => order.indexOf(one) > at)
        : keys.findLast((one) => order.indexOf(one) < at);
    if (next === undefined) return;
    setFromBelow(by === -1);
    setNode(next);
  };
  return { row, key, visible, differing, isAll, setShown, choose, step, isFromBelow };
}
