import { Plus, Trash2 } from 'lucide-react';
import { createContext, type ReactNode, use, useId } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type FilterRow,
  type Match,
  matching,
  matchOf,
  OPERATORS,
  type Operator,
  valueFor,
} from '@/engine/filters';
import { Button } from '@/ui/button';
import { Segmented } from '@/ui/segmented';
import { BOX, FilterValue } from './filter-value';

/** A row that keeps its place on the screen while others come and go. */
export type KeyedRow = FilterRow & { key: string };

export const keyed = (row: FilterRow): KeyedRow => ({ ...row, key: crypto.randomUUID() });

interface Builder {
  rows: readonly KeyedRow[];
  change: (rows: readonly KeyedRow[]) => void;
  match: Match;
  setMatch: (match: Match) => void;
  /** Paths that are known from what arrived last. */
  paths: readonly string[];
  listId: string;
  faultOf: (index: number) => string | undefined;
}

const Building = createContext<Builder | null>(null);

function useBuilder(): Builder {
  const builder = use(Building);
  if (builder === null) throw new Error('a part of the filter builder stands outside of it');
  return builder;
}

interface FilterBuilderProps {
  rows: readonly KeyedRow[];
  match: Match;
  paths: readonly string[];
  faultOf: (index: number) => string | undefined;
  onChange: (rows: readonly KeyedRow[], match: Match) => void;
  children: ReactNode;
}

const MATCHES = ['all', 'any', 'groups'] as const;

/** Rows keep their keys while their groups are set anew. */
const grouped = (rows: readonly KeyedRow[], match: Match): KeyedRow[] =>
  matching(rows, match).map((row, index) => ({ ...row, key: rows[index]?.key ?? '' }));

/** Filters as rows of field, comparison and value. Its parts stand inside it, in whatever order a page wants them. */
export function FilterBuilder(props: FilterBuilderProps) {
  const { rows, match, paths, faultOf, onChange, children } = props;
  const listId = useId();
  const builder = {
    rows,
    match,
    paths,
    listId,
    faultOf,
    change: (next: readonly KeyedRow[]) => onChange(grouped(next, match), match),
    setMatch: (next: Match) => onChange(grouped(rows, next), next),
  };
  return (
    <Building value={builder}>
      {children}
      <datalist id={listId}>
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </Building>
  );
}

/** Whether all must hold, any, or all of a group. */
export function FilterMatch() {
  const { t } = useTranslation('webhooks');
  const { match, setMatch, rows } = useBuilder();
  if (rows.length < 2) return null;
  const offered = matchOf(rows) === 'groups' || rows.length > 2 ? MATCHES : MATCHES.slice(0, 2);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-fg-2">{t('filters.match')}</span>
      <Segmented
        label={t('filters.match')}
        value={match}
        onChoose={setMatch}
        options={offered.map((one) => ({ value: one, label: t(`filters.${one}`) }))}
      />
    </div>
  );
}

function GroupField({ row, onChange }: { row: KeyedRow; onChange: (group: number) => void }) {
  const { t } = useTranslation('webhooks');
  const { rows } = useBuilder();
  return (
    <select
      aria-label={t('filters.group')}
      value={row.group}
      onChange={(event) => onChange(Number(event.target.value))}
      className={`${BOX} max-sm:order-5`}
    >
      {rows.map((_, index) => (
        <option key={index} value={index}>
          {t('filters.group_of', { number: index + 1 })}
        </option>
      ))}
    </select>
  );
}

function Row({ row, index }: { row: KeyedRow; index: number }) {
  const { t } = useTranslation('webhooks');
  const { rows, change, match, listId, faultOf } = useBuilder();
  const number = index + 1;
  const set = (changes: Partial<FilterRow>): void =>
    change(rows.map((one) => (one.key === row.key ? { ...one, ...changes } : one)));
  const fault = faultOf(index);
  return (
    <li aria-label={t('filters.row', { number })} className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
        <input
          type="checkbox"
          aria-label={t('filters.on', { number })}
          checked={row.isOn}
          onChange={(event) => set({ isOn: event.target.checked })}
          className="size-4 shrink-0 accent-accent"
        />
        <input
          aria-label={t('filters.field')}
          aria-invalid={fault === undefined ? undefined : true}
          list={listId}
          value={row.path}
          placeholder="$.body.ref"
          spellCheck={false}
          onChange={(event) => set({ path: event.target.value })}
          className={`${BOX} grow font-mono text-xs max-sm:basis-[70%] sm:flex-[1.2]`}
        />
        <select
          aria-label={t('filters.operator')}
          value={row.operator}
          onChange={(event) => {
            const operator = event.target.value as Operator;
            set({ operator, value: valueFor(operator, row.value) });
          }}
          className={`${BOX} shrink-0 max-sm:order-3 max-sm:ml-6`}
        >
          {(Object.keys(OPERATORS) as Operator[]).map((operator) => (
            <option key={operator} value={operator}>
              {t(`filters.operators.${operator}`)}
            </option>
          ))}
        </select>
        <FilterValue
          key={OPERATORS[row.operator]}
          operator={row.operator}
          value={row.value}
          onChange={(value) => set({ value })}
        />
        {match === 'groups' && <GroupField row={row} onChange={(group) => set({ group })} />}
        <Button
          look="quiet"
          size="icon-sm"
          aria-label={t('filters.remove', { number })}
          onClick={() => change(rows.filter((one) => one.key !== row.key))}
          className="shrink-0 max-sm:order-2"
        >
          <Trash2 aria-hidden />
        </Button>
      </div>
      {fault !== undefined && <p className="pl-6 text-bad text-xs">{fault}</p>}
    </li>
  );
}

/** The rows themselves; where there are none, what that means. */
export function FilterRows() {
  const { t } = useTranslation('webhooks');
  const { rows } = useBuilder();
  if (rows.length === 0) return <p className="text-fg-3">{t('filters.nothing')}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {rows.map((row, index) => (
        <Row key={row.key} row={row} index={index} />
      ))}
    </ul>
  );
}

/** One row more. */
export function FilterAdd() {
  const { t } = useTranslation('webhooks');
  const { rows, change } = useBuilder();
  const add = (): void =>
    change([
      ...rows,
      keyed({ path: '$.body.', operator: 'equals', value: '', group: 0, isOn: true }),
    ]);
  return (
    <Button size="sm" className="self-start" onClick={add}>
      <Plus aria-hidden />
      {t('filters.add')}
    </Button>
  );
}
