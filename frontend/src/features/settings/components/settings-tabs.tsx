import { useTranslation } from 'react-i18next';
import { PageTabs } from '@/ui/page-tabs';

/** What is set for the whole tenant. */
export function SettingsTabs() {
  const { t } = useTranslation('settings');
  return (
    <PageTabs
      label={t('pages')}
      pages={[
        { to: '/settings', name: t('title') },
        { to: '/sso', name: t('sso_tab') },
      ]}
    />
  );
}
