import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitle } from '@/lib/title';
import { Mark } from '@/ui/mark';

interface FrameProps {
  title: string;
  text?: string;
  children: ReactNode;
  footer?: ReactNode;
}

/** The quiet page of the public host: the mark, one card, nothing beside it. */
export function Frame({ title, text, children, footer }: FrameProps) {
  const { t } = useTranslation(['accounts', 'common']);
  useTitle(title);
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-[max(32px,10dvh)]">
      <div className="flex items-center gap-2.5">
        <Mark className="size-8" />
        <span className="font-semibold text-lg tracking-tight">{t('common:product')}</span>
      </div>
      <div className="mt-8 w-full max-w-[400px] rounded-xl border border-line bg-panel p-6 shadow-2 sm:p-8">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {text !== undefined && <p className="mt-1 text-pretty text-fg-2">{text}</p>}
        <div className="mt-6 has-[>div:only-child:empty]:hidden empty:hidden">{children}</div>
      </div>
      {footer !== undefined && <p className="mt-5 text-fg-2">{footer}</p>}
      <p className="mt-auto pt-10 text-fg-3 text-xs">{t('tagline')}</p>
    </main>
  );
}
