import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type {
  operations,
  SchemaEntryCategory,
  SchemaEntryOutcome,
  SchemaEntrySeverity,
} from '@/generated/api';
import { useSettled } from '@/lib/settled';

export type Wanted = NonNullable<operations['audit_list']['parameters']['query']>;

export const CATEGORIES: readonly SchemaEntryCategory[] = [
  'authentication',
  'authorization',
  'data_access',
  'configuration',
  'workflow',
  'integration',
  'credential',
  'user_management',
  'system',
];
export const OUTCOMES: readonly SchemaEntryOutcome[] = ['success', 'failure'];
export const SEVERITIES: readonly SchemaEntrySeverity[] = ['info', 'warning', 'error', 'critical'];

/** What the address calls a filter. */
export type FilterName =
  | 'q'
  | 'action'
  | 'actor'
  | 'category'
  | 'kind'
  | 'outcome'
  | 'severity'
  | 'since'
  | 'target'
  | 'until';

const chosen = <T extends string>(value: string | null, from: readonly T[]): T | undefined =>
  from.find((one) => one === value);

/** The instant at which a day begins where the person is, `later` days after it. */
function dayOf(text: string | null, later = 0): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '');
  if (parts === null) return undefined;
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).toISOString();
}

/** What the API is asked for, out of the address. */
export function queryOf(params: URLSearchParams): Wanted {
  const text = (name: FilterName): string | undefined => {
    const value = params.get(name) ?? '';
    return value === '' ? undefined : value;
  };
  const wanted = {
    text: text('q'),
    action: text('action'),
    actor_id: text('actor'),
    target_kind: text('kind'),
    target_id: text('target'),
    category: chosen(params.get('category'), CATEGORIES),
    outcome: chosen(params.get('outcome'), OUTCOMES),
    severity: chosen(params.get('severity'), SEVERITIES),
    since: dayOf(params.get('since')),
    // The last day is one of those that are wanted.
    until: dayOf(params.get('until'), 1),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

/** The filters with what is typed as it stands once nothing more is typed for a moment: no key asks the server. */
export function useSettledWanted({ text = '', action = '', ...chosen }: Wanted): Wanted {
  const typed = { text: useSettled(text), action: useSettled(action) };
  return {
    ...chosen,
    ...(typed.text === '' ? {} : { text: typed.text }),
    ...(typed.action === '' ? {} : { action: typed.action }),
  };
}

/** The filters stand in the address, so that what was found can be shared. */
export function useWanted() {
  const [params, setParams] = useSearchParams();
  const wanted = useMemo(() => queryOf(params), [params]);
  const set = (changes: Partial<Record<FilterName, string>>): void =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  const valueOf = (name: FilterName): string => params.get(name) ?? '';
  return {
    wanted,
    valueOf,
    set,
    clear: () => setParams({}),
    isAny: Object.keys(wanted).length > 0,
  };
}
