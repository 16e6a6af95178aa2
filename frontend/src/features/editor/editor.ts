import type { StoreApi } from 'zustand/vanilla';
import { isIdle } from '@/engine/edits/queue';
import { refitted } from '@/engine/edits/refitting';
import type { Kept } from './kept';
import type { Remote } from './remote';
import type { EditorActions, EditorState, Workflow } from './state';
import { createCore, makeActions } from './store';
import { createSync, type SyncPorts } from './sync';

export interface Editor {
  readonly store: StoreApi<EditorState>;
  readonly actions: EditorActions;
  /** Whether its page is there. */
  readonly isOpen: () => boolean;
  /** Saves by itself and follows what others do, until the returned function is called. */
  watch(): () => void;
}

type Ports = Omit<SyncPorts, 'core'>;

/** How often it is asked what other people do, while the page is looked at. */
const FOLLOW_MS = 10_000;
/** Says to other tabs of this browser that a draft has a new revision. */
const CHANNEL = 'gorax.drafts';

/** What of the edits that a tab has left behind has not arrived after all. */
async function notArrived({ flight, waiting }: Kept, remote: Remote): Promise<Kept['waiting']> {
  if (flight === null) return waiting;
  const isThere = await remote.since(flight.revision).then(
    ({ batches }) => batches?.some(({ batch_id }) => batch_id === flight.batchId) === true,
    () => false,
  );
  return isThere ? waiting : [...flight.operations, ...waiting];
}

/** The editor of one workflow, and what keeps it and the server together. */
export function createEditor(workflow: Workflow, isReadOnly: boolean, ports: Ports): Editor {
  const core = createCore(workflow, isReadOnly);
  const channel = new BroadcastChannel(CHANNEL);
  const sync = createSync({
    ...ports,
    core,
    onSaved: (saved) => {
      channel.postMessage({ id: saved.id, revision: saved.draft_revision });
      ports.onSaved(saved);
    },
  });
  const actions = makeActions(core, sync.edited, () =>
    ports.say.failed(new Error(ports.words('misfit'))),
  );
  const { words, say } = ports;
  const quietly = (work: Promise<void>): void => void work.catch(() => undefined);
  const follow = (): void => quietly(sync.follow());
  const restore = async (kept: Kept): Promise<void> => {
    const operations = await notArrived(kept, ports.remote);
    await sync.follow().catch(() => undefined);
    const { operations: fits, lost } = refitted(core.queue().shown, operations, new Map());
    const isBack = actions.edit(fits, words('put_back_step'));
    const notes = [
      ...(isBack ? [words('put_back_hint')] : []),
      ...(lost === 0 ? [] : [words('lost', { count: lost })]),
    ];
    if (notes.length > 0)
      say.note('put-back', words(isBack ? 'put_back' : 'put_back_none'), notes.join(' '));
  };
  const onFocus = (): void => {
    if (document.visibilityState === 'hidden') quietly(sync.flush());
    else quietly(sync.wake());
  };
  const onMessage = ({ data }: MessageEvent<{ id: string; revision: number }>): void => {
    if (data.id === workflow.id && data.revision > core.queue().revision) follow();
  };
  const onLeaving = (event: BeforeUnloadEvent): void => {
    // What a session that is over has left is kept, and put back after signing in.
    const isKept = core.store.getState().save.status === 'signed_out';
    if (!isIdle(core.queue()) && !isKept) event.preventDefault();
  };
  let isOpen = false;
  return {
    store: core.store,
    actions: { ...actions, flush: sync.flush, heard: sync.heard },
    isOpen: () => isOpen,
    watch: () => {
      isOpen = true;
      sync.open();
      ports.keeper.open();
      if (!core.store.getState().isReadOnly) quietly(ports.keeper.leftBehind(restore));
      const timer = setInterval(() => {
        if (document.visibilityState === 'visible') follow();
      }, FOLLOW_MS);
      channel.addEventListener('message', onMessage);
      window.addEventListener('online', sync.retry);
      window.addEventListener('focus', onFocus);
      window.addEventListener('beforeunload', onLeaving);
      document.addEventListener('visibilitychange', onFocus);
      return () => {
        isOpen = false;
        clearInterval(timer);
        channel.removeEventListener('message', onMessage);
        window.removeEventListener('online', sync.retry);
        window.removeEventListener('focus', onFocus);
        window.removeEventListener('beforeunload', onLeaving);
        document.removeEventListener('visibilitychange', onFocus);
        sync.close();
        ports.keeper.close();
      };
    },
  };
}
