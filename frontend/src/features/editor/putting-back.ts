import { refitted } from '@/engine/edits/refitting';
import type { Kept } from './kept';
import type { Remote } from './remote';
import type { EditorActions } from './state';
import type { Core } from './store';
import type { Sync, SyncPorts } from './sync';

/** What of the edits that a tab has left behind has not arrived after all. */
async function notArrived({ flight, waiting }: Kept, remote: Remote): Promise<Kept['waiting']> {
  if (flight === null) return waiting;
  const isThere = await remote.since(flight.revision).then(
    ({ batches }) => batches?.some(({ batch_id }) => batch_id === flight.batchId) === true,
    () => false,
  );
  return isThere ? waiting : [...flight.operations, ...waiting];
}

interface Parts extends Pick<SyncPorts, 'remote' | 'words' | 'say'> {
  core: Core;
  sync: Sync;
  edit: EditorActions['edit'];
}

/** Does again what a tab has left behind, as one step of undo, and says so. */
export async function putBack(
  kept: Kept,
  { core, sync, edit, remote, words, say }: Parts,
): Promise<void> {
  const operations = await notArrived(kept, remote);
  await sync.follow().catch(() => undefined);
  const { operations: fits, lost } = refitted(core.queue().shown, operations, new Map());
  const isBack = edit(fits, words('put_back_step'));
  const notes = [
    ...(isBack ? [words('put_back_hint')] : []),
    ...(lost === 0 ? [] : [words('lost', { count: lost })]),
  ];
  if (notes.length > 0)
    say.note('put-back', words(isBack ? 'put_back' : 'put_back_none'), notes.join(' '));
}
