import { draftDiff, reconciled } from '@/engine/edits/diff';
import { uuid7 } from '@/engine/edits/ids';
import { isIdle } from '@/engine/edits/queue';
import { departed, landed, rebased, without } from '@/engine/edits/sending';
import type { SchemaOperationsOut } from '@/generated/api';
import { ApiError } from '@/lib/problem';
import type { Keeper } from './kept';
import type { Batch, Remote } from './remote';
import type { Save, SaveStatus, Workflow } from './state';
import { type Core, draftOf } from './store';
import { isNothing, type News, newsFor, type Outcome, show, takenOver } from './takeover';
import { type Words, whatOf, whoOf } from './theirs';

export interface SyncPorts {
  readonly core: Core;
  readonly remote: Remote;
  readonly keeper: Keeper;
  readonly myId: string;
  readonly words: Words;
  readonly say: {
    note(id: string, text: string, description?: string): void;
    failed(error: Error): void;
  };
  /** The server has a newer draft of ours. */
  onSaved(workflow: Workflow): void;
}

export interface Sync {
  /** There is something to save. */
  readonly edited: () => void;
  readonly flush: () => Promise<void>;
  readonly heard: (workflow: Workflow) => void;
  /** Takes over what others have done, if nothing of ours is on its way. */
  readonly follow: () => Promise<void>;
  /** Tries at once what has to be tried again. */
  readonly retry: () => void;
  /** Somebody comes back to the page: meanwhile this browser may have been signed out, or in as somebody else. */
  readonly wake: () => Promise<void>;
  /** Tries again by itself, until `close`; that sends off what waits. */
  readonly open: () => void;
  readonly close: () => void;
}

const PAUSE_MS = 600;
const LONGEST_PAUSE_MS = 3_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** No answer, too many requests, or a server that is not well: time may heal it. */
const mayHeal = ({ status }: ApiError): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500;

/** This browser is signed in as somebody else by now. */
const STRANGER = 'somebody_else';

/** Which operation a refusal is about; null: none by itself. */
function indexIn(refusal: ApiError): number | null {
  for (const { path } of refusal.errors) {
    const found = /^\/operations\/(\d+)/.exec(path)?.[1];
    if (found !== undefined) return Number(found);
  }
  return null;
}

export function createSync(ports: SyncPorts): Sync {
  const { core, remote, keeper, words: t, say } = ports;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstEditAt: number | null = null;
  let failures = 0;
  let isUrgent = false;
  let isOpen = false;
  /** Whether the session is still that of the person whose edits these are. */
  let isSure = true;
  /** The session is over, or somebody else's: nobody asks what others do until somebody looks at the page again. */
  let isOut = false;
  let running: Promise<void> | null = null;
  let waking: Promise<void> | null = null;

  const status = (): SaveStatus => core.store.getState().save.status;

  const setSave = (next: SaveStatus, message: string | null = null): void => {
    const { save } = core.store.getState();
    if (save.status !== next || save.message !== message)
      core.store.setState({ save: { ...save, status: next, message } });
  };

  const later = (ms: number): void => {
    clearTimeout(timer);
    if (isOpen) timer = setTimeout(() => void run(), ms);
  };

  const tellOfTheirs = (batches: readonly Batch[], outcome: Outcome): void => {
    if (isNothing(outcome)) return;
    const { difference, before, after, lost } = outcome;
    const isOwn = batches.length > 0 && batches.every(({ actor_id }) => actor_id === ports.myId);
    if (isOwn && lost === 0) return;
    const who = batches.length === 0 ? t('somebody') : whoOf(batches, ports.myId, t);
    const what = whatOf(difference, before.definition, after.definition, t);
    say.note(
      'theirs',
      t('theirs', { who, what }),
      lost === 0 ? undefined : t('lost', { count: lost }),
    );
  };

  /** Requires that what is sent now is sent as the person who made it. */
  const requireSelf = async (): Promise<void> => {
    if ((await remote.who()) !== ports.myId)
      throw new ApiError(401, { code: STRANGER, detail: t('somebody_else') });
    isSure = true;
    isOut = false;
  };

  const takeOver = async (): Promise<void> => {
    const news = await newsFor(core.queue(), remote);
    tellOfTheirs(news.batches, takenOver(core, news));
  };

  const confirmed = ({ revision, problems }: SchemaOperationsOut): void => {
    failures = 0;
    const queue = landed(core.queue(), revision);
    const { workflow } = core.store.getState();
    const save: Save = {
      status: isIdle(queue) ? 'saved' : 'waiting',
      savedAt: Date.now(),
      message: null,
    };
    const saved = { ...workflow, draft_revision: revision, problems: [...problems] };
    core.show(queue, undefined, { workflow: saved, problems, save });
    keeper.keep(queue);
    // What is not confirmed yet is no part of what the server has.
    ports.onSaved({ ...saved, ...queue.base });
  };

  /** Takes back what the server did not want, and says why. */
  const takeBack = (refusal: ApiError): void => {
    const { flight, base } = core.queue();
    const index = indexIn(refusal);
    const id = (index === null ? null : flight?.origins[index]) ?? flight?.entries.at(-1)?.id;
    if (id === undefined) return;
    show(core, without(core.queue(), id), draftDiff(base, base));
    keeper.keep(core.queue());
    say.failed(new Error(t('taken_back', { reason: refusal.message })));
  };

  /** Deals with a refusal; true: it is worth sending again now. */
  const mended = async (refusal: ApiError): Promise<boolean> => {
    if (refusal.status === 412) {
      await takeOver();
      keeper.keep(core.queue());
      return true;
    }
    if (refusal.code === 'batch_taken') {
      const { base, revision } = core.queue();
      show(core, rebased(core.queue(), base, revision), draftDiff(base, base));
      return true;
    }
    if (refusal.status === 422 || refusal.status === 413 || refusal.status === 400) {
      takeBack(refusal);
      return true;
    }
    return false;
  };

  const giveUp = (refusal: ApiError): void => {
    if (refusal.status === 401) {
      isSure = false;
      setSave('signed_out', refusal.code === STRANGER ? refusal.message : null);
    } else if (mayHeal(refusal)) {
      setSave('offline');
      later(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      failures += 1;
    } else setSave('refused', refusal.message);
  };

  const sendOne = async (): Promise<void> => {
    core.show(departed(core.queue(), uuid7()));
    const { flight, revision } = core.queue();
    if (flight === null) return;
    setSave('saving');
    keeper.keep(core.queue());
    try {
      confirmed(await remote.send(revision, flight.batchId, flight.operations));
    } catch (reason) {
      if (!(reason instanceof ApiError) || !(await mended(reason))) throw reason;
    }
  };

  const drain = async (): Promise<void> => {
    try {
      if (!isSure) await requireSelf();
      do await sendOne();
      while (!isIdle(core.queue()) && (isUrgent || status() === 'saving'));
      if (isIdle(core.queue())) setSave('saved');
      else later(PAUSE_MS);
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      giveUp(reason);
    }
  };

  const run = (): Promise<void> => {
    clearTimeout(timer);
    firstEditAt = null;
    if (isIdle(core.queue()) && running === null) return Promise.resolve();
    running ??= drain().finally(() => {
      running = null;
      isUrgent = false;
    });
    return running;
  };

  const heard = (workflow: Workflow): void => {
    const queue = core.queue();
    const { draft_revision: revision, problems } = workflow;
    if (isIdle(queue) && revision > queue.revision) {
      const base = reconciled(queue.base, draftOf(workflow));
      takenOver(core, { base, revision, batches: [], problems });
    }
    const now = core.queue();
    core.show(now, undefined, {
      workflow: { ...workflow, draft_revision: now.revision },
      ...(isIdle(now) && revision === now.revision ? { problems } : {}),
    });
  };

  const newsOfSelf = async (): Promise<News> => {
    // Whoever had no network when the page was looked at again is asked once there is one.
    if (!isSure) await requireSelf();
    return newsFor(core.queue(), remote);
  };

  const follow = async (): Promise<void> => {
    const { revision } = core.queue();
    if (running !== null || !isIdle(core.queue()) || isOut) return;
    const news = await newsOfSelf().catch((reason: unknown) => {
      if (reason instanceof ApiError && reason.status === 401) {
        isSure = false;
        isOut = true;
      }
      throw reason;
    });
    // What was done here meanwhile finds out by itself.
    if (core.queue().revision !== revision || !isIdle(core.queue())) return;
    if (news.revision <= revision) return;
    tellOfTheirs(news.batches, takenOver(core, news));
    // What is wrong with the draft now, and what starts it, no batch says.
    if (news.problems === null) heard(await remote.read());
  };

  const woken = async (): Promise<void> => {
    isSure = false;
    isOut = false;
    return isIdle(core.queue()) ? follow() : run();
  };

  return {
    edited: () => {
      keeper.keep(core.queue());
      if (status() === 'offline' || status() === 'signed_out') return;
      if (running !== null) return;
      setSave('waiting');
      firstEditAt ??= Date.now();
      const left = firstEditAt + LONGEST_PAUSE_MS - Date.now();
      later(Math.max(0, Math.min(PAUSE_MS, left)));
    },
    flush: async () => {
      isUrgent = true;
      await run();
      if (!isIdle(core.queue()))
        throw new Error(core.store.getState().save.message ?? t('unsaved'));
      isUrgent = false;
    },
    heard,
    follow,
    retry: () => {
      if (!isIdle(core.queue())) void run();
    },
    wake: () => {
      waking ??= woken().finally(() => {
        waking = null;
      });
      return waking;
    },
    open: () => {
      isOpen = true;
    },
    close: () => {
      isOpen = false;
      clearTimeout(timer);
      // The page may go because somebody else came.
      isSure = false;
      // Nothing tries again after this, so all of it goes now, also what was done while something was on its way.
      isUrgent = true;
      if (!isIdle(core.queue())) void run();
    },
  };
}
