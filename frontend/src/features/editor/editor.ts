import type { StoreApi } from 'zustand/vanilla';
import { isIdle } from '@/engine/edits/queue';
import type { Kept } from './kept';
import { lateSync } from './late-sync';
import type { EditorActions, EditorState, Workflow } from './state';
import { createCore, makeActions } from './store';
import type { SyncPorts } from './sync';

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

/** The editor of one workflow, and what keeps it and the server together. */
export function createEditor(workflow: Workflow, isReadOnly: boolean, ports: Ports): Editor {
  const core = createCore(workflow, isReadOnly);
  const channel = new BroadcastChannel(CHANNEL);
  const sync = lateSync({
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
  const quietly = (work: Promise<void>): void => void work.catch(() => undefined);
  const follow = (): void => quietly(sync.follow());
  const restore = async (kept: Kept): Promise<void> => {
    const { putBack } = await import('./putting-back');
    await putBack(kept, { ...ports, core, sync, edit: actions.edit });
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
