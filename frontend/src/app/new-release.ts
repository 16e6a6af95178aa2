import i18next from 'i18next';
import { tell } from '@/lib/toast';

/** After a release the chunks of an open page are gone: its next lazy import fails, and only a reload helps. */
export function watchForNewRelease(): void {
  addEventListener('vite:preloadError', () => {
    tell.ask('new-release', i18next.t('failure.new_version'), undefined, {
      label: i18next.t('failure.new_version_action'),
      onClick: () => location.reload(),
    });
  });
}
