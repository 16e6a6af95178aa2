import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useVersion, type VersionRow, type Workflow } from '@/features/workflows/facade';

/** One side of a comparison: the draft, a version by its number, or nothing. */
export type Side = 'draft' | 'none' | number;

const readSide = (text: string | null): Side | null => {
  if (text === 'draft' || text === 'none') return text;
  const number = Number(text ?? '');
  return Number.isInteger(number) && number > 0 ? number : null;
};

/** What came before: of the draft what is live, of a version the one before it, be it listed yet or not. */
function before(show: Side, workflow: Workflow, versions: readonly VersionRow[]): Side {
  if (show === 'draft') return workflow.live_version ?? 'none';
  if (show === 'none' || show === 1) return 'none';
  return versions.find(({ number }) => number < show)?.number ?? show - 1;
}

/** What is looked at and with what it is compared; both stand in the address, so a comparison can be sent to others. */
export function useSides(workflow: Workflow, versions: readonly VersionRow[]) {
  const [params, setParams] = useSearchParams();
  const asked = readSide(params.get('show'));
  const show = asked === null || asked === 'none' ? 'draft' : asked;
  const against = readSide(params.get('with')) ?? before(show, workflow, versions);
  const set = (next: Record<string, string>): void => setParams(next, { replace: true });
  return {
    show,
    against: against === show ? ('none' as const) : against,
    setShow: (side: Side): void => set({ show: String(side) }),
    setAgainst: (side: Side): void => set({ show: String(show), with: String(side) }),
  };
}

interface Document {
  /** Null: there is nothing on this side; undefined while it is on its way. */
  definition: unknown;
  error: Error | null;
  refetch: () => void;
}

/** The document of a side. */
export function useDocument(workflow: Workflow, side: Side): Document {
  const number = typeof side === 'number' ? side : null;
  const version = useVersion(workflow.id, number);
  const { data, error, refetch } = version;
  return useMemo(
    () => ({
      definition:
        number !== null ? data?.definition : side === 'draft' ? workflow.definition : null,
      error: number === null ? null : error,
      refetch: () => void refetch(),
    }),
    [number, side, data, error, refetch, workflow.definition],
  );
}
