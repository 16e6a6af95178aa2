import i18next from 'i18next';
import { tell } from '@/lib/toast';

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
