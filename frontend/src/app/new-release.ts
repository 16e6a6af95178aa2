import i18next from 'i18next';
import { tell } from '@/lib/toast';

const TOLD_AGAIN_MS = 30_000;

/** Says that a part of the screen waits for the server, now and then while it does; it comes by itself. */
export function watchForWaitingParts(): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  addEventListener('gorax:waiting', ({ timeStamp }) => {
    if (timeStamp < toldAt + TOLD_AGAIN_MS) return;
    toldAt = timeStamp;
    tell.note('waiting', i18next.t('failure.waiting'));
  });
}

/**
 * After a release the chunks of an open page are gone: its next lazy import fails, and only a reload helps. It is said
 * once, because what draws the words is such a chunk, too; without a network nothing is known of a release.
 */
export function watchForNewRelease(): void {
  let isTold = false;
  addEventListener('vite:preloadError', () => {
    if (isTold || !navigator.onLine) return;
    isTold = true;
    tell.ask('new-release', i18next.t('failure.new_version'), undefined, {
      label: i18next.t('failure.new_version_action'),
      onClick: () => location.reload(),
    });
  });
}
