import { ChevronsUpDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCross, useTenants } from '@/features/tenants/facade';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { useTenantName } from '@/lib/tenant';
import { tell } from '@/lib/toast';
import { Mark } from '@/ui/mark';
import { Menu, MenuChoice, MenuLabel } from '@/ui/menu';

function Choices({ onChoose }: { onChoose: (slug: string) => void }) {
  const { t } = useTranslation();
  const { data } = useTenants();
  if (data === undefined) return <MenuLabel>{t('loading')}…</MenuLabel>;
  return (
    <>
      <MenuChoice
        value={facts.tenant?.slug ?? ''}
        onChoose={onChoose}
        options={data.map((tenant) => ({ value: tenant.slug, label: tenant.name }))}
      />
      {data.length < 2 && <MenuLabel>{t('tenant.alone')}</MenuLabel>}
    </>
  );
}

/** Which tenant this is, and the way to the others. */
export function TenantSwitcher({ isRail }: { isRail: boolean }) {
  const { t } = useTranslation();
  const cross = useCross();
  const name = useTenantName() ?? t('product');
  const go = (slug: string): void =>
    cross.mutate({ tenant: slug }, { onSuccess: (url) => leave.to(url), onError: tell.failed });
  return (
    <Menu
      className="w-52"
      trigger={
        <button
          type="button"
          aria-label={t('tenant.current', { name })}
          title={isRail ? name : undefined}
          className="flex h-10 items-center gap-2.5 rounded-md px-1.5 hover:bg-hover data-[state=open]:bg-hover"
        >
          <Mark className="size-7" />
          {!isRail && (
            <>
              <span className="min-w-0 flex-1 truncate text-left font-semibold">{name}</span>
              <ChevronsUpDown className="size-4 shrink-0 text-fg-3" aria-hidden />
            </>
          )}
        </button>
      }
    >
      <MenuLabel>{t('tenant.switch')}</MenuLabel>
      <Choices onChoose={go} />
    </Menu>
  );
}
