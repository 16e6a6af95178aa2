import { apply } from '@/engine/edits/apply';
import { type Difference, draftDiff, isSame, reconciled } from '@/engine/edits/diff';
import { historyAfter } from '@/engine/edits/history-after';
import type { Draft, Operation } from '@/engine/edits/operations';
import type { Queue } from '@/engine/edits/queue';
import { type Rebased, rebased } from '@/engine/edits/sending';
import type { Batch, Remote } from './remote';
import type { Problem } from './state';
import { type Core, draftOf } from './store';

/** The draft as the server has it now, and how it came to that. */
export interface News {
  readonly base: Draft;
  readonly revision: number;
  readonly batches: readonly Batch[];
  /** Null: nobody has said. */
  readonly problems: readonly Problem[] | null;
}

/** What batches make of a draft; null: one of them does not say what it did, or does not fit. */
function withBatches(draft: Draft, batches: readonly Batch[]): Draft | null {
  let here = draft;
  for (const { operations } of batches) {
    const applied = operations && apply(here, operations as unknown as Operation[]);
    if (applied?.ok !== true) return null;
    here = applied.draft;
  }
  return here;
}

/** Fetches what came since the queue's revision; where that is not enough, the whole draft. */
export async function newsFor({ base, revision }: Queue, remote: Remote): Promise<News> {
  const since = await remote.since(revision);
  const batches = since.batches ?? [];
  const next = since.batches === null ? null : withBatches(base, batches);
  if (next !== null) return { base: next, revision: since.revision, batches, problems: null };
  const workflow = await remote.read();
  const { draft_revision, problems } = workflow;
  return {
    base: reconciled(base, draftOf(workflow)),
    revision: draft_revision,
    batches,
    problems,
  };
}

/** What became of own edits, and what others have changed. */
export interface Outcome {
  readonly difference: Difference;
  readonly before: Draft;
  readonly after: Draft;
  /** How many own operations fit no more. */
  readonly lost: number;
}

/** Shows another queue in which own entries were applied anew; undo keeps to what is still its own. */
export function show(core: Core, { queue, renewed, ids }: Rebased, difference: Difference): void {
  const { selection } = core.store.getState();
  // A node of ours that is called otherwise now stays chosen, and theirs does not become it.
  const chosen = new Set([...selection].map((id) => ids.get(id) ?? id));
  const facts = ids.size === 0 ? {} : { selection: chosen };
  core.show(queue, historyAfter(core.history(), difference, renewed), facts);
}

/** Puts the news under what is ours. */
export function takenOver(core: Core, { base, revision, problems }: News): Outcome {
  const { base: before } = core.queue();
  const difference = draftDiff(before, base);
  const result = rebased(core.queue(), base, revision);
  show(core, result, difference);
  const { workflow } = core.store.getState();
  core.show(core.queue(), undefined, {
    workflow: { ...workflow, draft_revision: revision },
    ...(problems === null ? {} : { problems }),
  });
  return { difference, before, after: base, lost: result.lost };
}

export const isNothing = ({ difference, lost }: Outcome): boolean =>
  isSame(difference) && lost === 0;
