import { useTranslation } from 'react-i18next';
import { useCopy } from '@/lib/clipboard';
import { tell } from '@/lib/toast';

/** Copies a path, or a value as JSON, and says so. */
export function useTelling(): { path: (path: string) => void; value: (value: unknown) => void } {
  const { t } = useTranslation('run');
  const { copy } = useCopy();
  return {
    path: (path) => {
      copy(path);
      tell.done(t('values.copied_path', { path }));
    },
    value: (value) => {
      copy(typeof value === 'string' ? value : JSON.stringify(value, null, 2));
      tell.done(t('values.copied_value'));
    },
  };
}
