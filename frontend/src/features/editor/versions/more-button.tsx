import { MoreHorizontal } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';

/** Opens the menu of what is seldom done with the whole of a workflow. */
export function MoreButton(props: ComponentProps<typeof Button>) {
  const { t } = useTranslation('workflows');
  return (
    <Button look="quiet" size="icon-sm" aria-label={t('page.more')} {...props}>
      <MoreHorizontal aria-hidden />
    </Button>
  );
}
