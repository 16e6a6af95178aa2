import { CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/ui/notice';
import { Card } from './card';

/** On the public host: a provider has sent somebody back, and nobody knows to whom. */
export default function AstrayPage() {
  const { t } = useTranslation('credentials');
  return (
    <Card title={t('connected.failed')}>
      <Notice
        icon={CircleX}
        tone="bad"
        title={t('connected.failed')}
        text={t('connected.astray')}
      />
    </Card>
  );
}
