import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/ui/copy-button';

/** What the app at the provider has to know: where it sends people back. */
export function RedirectUri({ uri, hint }: { uri: string; hint?: string }) {
  const { t } = useTranslation('credentials');
  return (
    <div>
      <p className="font-medium">{t('connect.redirect')}</p>
      <div className="mt-1 flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 break-all text-xs">{uri}</code>
        <CopyButton text={() => uri} label={t('connect.copy')} />
      </div>
      <p className="mt-1 text-fg-3 text-xs">{hint ?? t('connect.redirect_hint')}</p>
    </div>
  );
}
