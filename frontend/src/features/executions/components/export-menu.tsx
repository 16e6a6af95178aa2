import { ChevronDown, Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Menu, MenuDownload, MenuLabel } from '@/ui/menu';

const FORMS = ['txt', 'json', 'csv'] as const;

/** What an execution did, step by step, as a file. The browser fetches it, for it may be long. */
export function ExportMenu({ executionId }: { executionId: string }) {
  const { t } = useTranslation('executions');
  return (
    <Menu
      align="end"
      trigger={
        <Button size="sm" look="quiet" aria-label={t('export.label')}>
          <Download aria-hidden />
          <span className="max-md:hidden">{t('export.export')}</span>
          <ChevronDown className="max-md:hidden" aria-hidden />
        </Button>
      }
    >
      <MenuLabel>{t('export.hint')}</MenuLabel>
      {FORMS.map((form) => (
        <MenuDownload key={form} href={`/api/v1/executions/${executionId}/log?as=${form}`}>
          {t(`export.${form}`)}
        </MenuDownload>
      ))}
    </Menu>
  );
}
