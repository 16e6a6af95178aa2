import { ChevronRight } from 'lucide-react';
import { Fragment, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kindOf } from '@/engine/json';
import { type Key, keyed, pathText, placeOf, valueAt } from '@/engine/values/path';
import type { Found } from '@/engine/values/search';
import { type Row, tableOf } from '@/engine/values/table';
import { cn } from '@/lib/cn';
import { Leaf } from './leaf';

const STEP = 100;
const CELL = 'max-w-64 truncate border-line border-b px-2 py-1 text-left font-normal';

interface TrailProps {
  keys: readonly Key[];
  onGo: (keys: readonly Key[]) => void;
}

/** The way from the whole value to the part that is shown. */
function Trail({ keys, onGo }: TrailProps) {
  const { t } = useTranslation('run');
  const style = 'min-h-6 rounded-sm text-accent hover:underline';
  return (
    <p className="flex flex-wrap items-center gap-1 pb-1 text-xs">
      <button type="button" className={style} onClick={() => onGo([])}>
        {t('values.whole')}
      </button>
      {keys.map((key, index) => (
        <Fragment key={placeOf(keys.slice(0, index + 1))}>
          <ChevronRight className="size-3 text-fg-3" aria-hidden />
          {index === keys.length - 1 ? (
            <span className="text-fg-2">{key}</span>
          ) : (
            <button type="button" className={style} onClick={() => onGo(keys.slice(0, index + 1))}>
              {key}
            </button>
          )}
        </Fragment>
      ))}
    </p>
  );
}

interface CellProps {
  value: unknown;
  keys: readonly Key[];
  onGo: (keys: readonly Key[]) => void;
}

function Cell({ value, keys, onGo }: CellProps) {
  const { t } = useTranslation('run');
  if (keyed(value).length === 0) return <Leaf value={value} className="break-normal" />;
  return (
    <button
      type="button"
      className="min-h-6 max-w-full truncate rounded-sm hover:underline"
      aria-label={t('values.inside', { path: pathText(keys) })}
      onClick={() => onGo(keys)}
    >
      <Leaf value={value} />
    </button>
  );
}

/** Where a table begins: at the one list of rows that an object holds, such as the body of an answer; else at the whole. */
function firstOf(value: unknown): readonly Key[] {
  if (kindOf(value) !== 'object') return [];
  const lists = keyed(value).filter(
    ([, item]) => Array.isArray(item) && tableOf(item)?.kind === 'rows',
  );
  const [only, ...others] = lists;
  return only === undefined || others.length > 0 ? [] : [only[0]];
}

interface TableViewProps {
  value: unknown;
  label: string;
  found: Found | null;
}

/** A list of objects with a column for each name, anything else by name; what is inside of a cell opens in its place. */
export function TableView({ value, label, found }: TableViewProps) {
  const { t } = useTranslation('run');
  const [chosen, setKeys] = useState<readonly Key[] | null>(null);
  const wanted = useMemo(() => chosen ?? firstOf(value), [chosen, value]);
  const [most, setMost] = useState(STEP);
  // The value changes while a node runs: what is no longer there cannot be shown.
  const keys = useMemo(
    () => (keyed(valueAt(value, wanted)).length > 0 ? wanted : []),
    [value, wanted],
  );
  const table = useMemo(() => tableOf(valueAt(value, keys)), [value, keys]);
  if (table === null)
    return (
      <p className="font-mono text-xs">
        <Leaf value={value} />
      </p>
    );
  const isFitting = (row: Row): boolean =>
    found === null || found.places.has(placeOf([...keys, row.key]));
  const rows = table.rows.filter(isFitting);
  const columns = table.kind === 'rows' ? table.columns : [t('values.column_value')];
  const isList = typeof table.rows[0]?.key === 'number';
  return (
    <>
      {keys.length > 0 && <Trail keys={keys} onGo={setKeys} />}
      <table
        aria-label={label}
        className="w-max min-w-full border-separate border-spacing-0 text-xs"
      >
        <thead className="sticky top-0 z-1 bg-panel">
          <tr>
            {[t(isList ? 'values.column_index' : 'values.column_key'), ...columns].map(
              (name, at) => (
                <th
                  key={at === 0 ? '' : `column ${name}`}
                  scope="col"
                  className={cn(CELL, 'text-fg-3', at === 0 && 'w-8')}
                >
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody className="font-mono">
          {rows.slice(0, most).map((row) => (
            <tr key={row.key} className="hover:bg-hover">
              <th scope="row" className={cn(CELL, 'text-fg-2')}>
                {row.key}
              </th>
              {row.cells.map((cell, at) => {
                const own: Key[] = [...keys, row.key];
                const name = table.columns[at];
                return (
                  <td key={name ?? 'value'} className={CELL}>
                    {cell !== undefined && (
                      <Cell
                        value={cell}
                        keys={name === undefined ? own : [...own, name]}
                        onGo={setKeys}
                      />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <button
          type="button"
          className="min-h-6 text-accent text-xs hover:underline"
          onClick={() => setMost(most + STEP)}
        >
          {t('values.more', { count: rows.length - most })}
        </button>
      )}
    </>
  );
}
