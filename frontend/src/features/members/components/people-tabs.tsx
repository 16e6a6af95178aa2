import { useTranslation } from 'react-i18next';
import { PageTabs } from '@/ui/page-tabs';

/** Who is here, and what one may be. */
export function PeopleTabs() {
  const { t } = useTranslation('members');
  return (
    <PageTabs
      label={t('pages')}
      pages={[
        { to: '/members', name: t('title') },
        { to: '/roles', name: t('roles.title') },
      ]}
    />
  );
}
