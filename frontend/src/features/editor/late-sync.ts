import { isIdle } from '@/engine/edits/queue';
import type { SaveStatus } from './state';
import type { Sync, SyncPorts } from './sync';

const load = () => import('./sync');

/**
 * What keeps the draft and the server together, fetched beside the canvas, which shows itself without it. Edits that are made
 * before are kept on this device at once, as all are, and sent once it has come; who waits for an answer waits for that too.
 */
export function lateSync(ports: SyncPorts, bring = load): Sync {
  const { core, keeper, words } = ports;
  let made: Sync | null = null;
  let coming: Promise<Sync> | null = null;
  let isOpen = false;

  const setSave = (status: SaveStatus, message: string | null): void =>
    core.store.setState(({ save }) => ({ save: { ...save, status, message } }));

  const come = ({ createSync }: Awaited<ReturnType<typeof load>>): Sync => {
    const sync = createSync(ports);
    made = sync;
    if (isOpen) sync.open();
    if (!isIdle(core.queue())) sync.edited();
    return sync;
  };

  /** Only a release takes it away: what was edited stays on this device until the page is loaded anew. */
  const stayAway = (): never => {
    coming = null;
    if (!isIdle(core.queue())) setSave('refused', words('unsaved'));
    throw new Error(words('unsaved'));
  };

  const whole = async (): Promise<Sync> => {
    coming ??= bring().then(come, stayAway);
    return coming;
  };

  const soon = (act: (sync: Sync) => void): void => {
    if (made !== null) act(made);
    else whole().then(act, () => undefined);
  };

  soon(() => undefined);
  return {
    edited: () => {
      if (made !== null) {
        made.edited();
        return;
      }
      keeper.keep(core.queue());
      setSave('waiting', null);
      soon(() => undefined);
    },
    flush: async () => (await whole()).flush(),
    heard: (workflow) => soon((sync) => sync.heard(workflow)),
    follow: async () => (await whole()).follow(),
    retry: () => soon((sync) => sync.retry()),
    wake: async () => (await whole()).wake(),
    open: () => {
      isOpen = true;
      made?.open();
    },
    close: () => {
      isOpen = false;
      made?.close();
      // What was edited in a page that is gone by then goes too.
      if (made === null && !isIdle(core.queue()))
        soon((sync) => {
          if (!isOpen) sync.close();
        });
    },
  };
}
