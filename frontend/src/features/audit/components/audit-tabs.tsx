import { useTranslation } from 'react-i18next';
import { PageTabs } from '@/ui/page-tabs';

/** The trail, how long it is kept, and where else it goes. */
export function AuditTabs() {
  const { t } = useTranslation('audit');
  return (
    <PageTabs
      label={t('pages')}
      pages={[
        { to: '/audit', name: t('title') },
        { to: '/audit/retention', name: t('retention') },
        { to: '/streams', name: t('streams_tab') },
      ]}
    />
  );
}
