import { ChevronDown, Play } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';

type ButtonProps = ComponentProps<typeof Button>;

/** Starts a run. */
export function RunButton({ isBusy = false, ...rest }: ButtonProps) {
  const { t } = useTranslation('run');
  return (
    <Button size="sm" look="primary" className="rounded-r-none" isBusy={isBusy} {...rest}>
      {!isBusy && <Play aria-hidden />}
      {t('run')}
      <Kbd id="run" isOnAccent className="max-md:hidden" />
    </Button>
  );
}

/** Opens what a run can begin with. */
export function RunMore(props: ButtonProps) {
  const { t } = useTranslation('run');
  return (
    <Button
      size="icon-sm"
      look="primary"
      className="rounded-l-none border-accent-fg/30 border-l"
      aria-label={t('menu.open')}
      {...props}
    >
      <ChevronDown aria-hidden />
    </Button>
  );
}
