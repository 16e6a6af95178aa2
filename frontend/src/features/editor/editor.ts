import type { StoreApi } from 'zustand/vanilla';
import { emptyQueue, isIdle } from '@/engine/edits/queue';
import type { EditorActions, EditorState, Workflow } from './state';
import { createCore, draftOf, makeActions } from './store';

export interface Editor {
  readonly store: StoreApi<EditorState>;
  readonly actions: EditorActions;
  /** Saves by itself and follows what others do, until the returned function is called. */
  watch(): () => void;
}

export function createEditor(workflow: Workflow, isReadOnly: boolean): Editor {
  const core = createCore(workflow, isReadOnly);
  const actions = makeActions(core, () => undefined);
  return {
    store: core.store,
    watch: () => () => undefined,
    actions: {
      ...actions,
      flush: () => Promise.resolve(),
      heard: (read) => {
        const queue = core.queue();
        const isNewer = isIdle(queue) && read.draft_revision > queue.revision;
        core.show(isNewer ? emptyQueue(draftOf(read), read.draft_revision) : queue, undefined, {
          workflow: read,
          ...(isNewer ? { problems: read.problems } : {}),
        });
      },
    },
  };
}
