import { ChevronsUpDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCross, useTenants } from '@/features/tenants/facade';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { tell } from '@/lib/toast';
import { Mark } from '@/ui/mark';
import { Menu, MenuChoice, MenuItem, MenuLabel } from '@/ui/menu';

function Choices() {
  const { t } = useTranslation();
  const { data } = useTenants();
  const cross = useCross();
  if (data === undefined)
    return (
      <MenuItem isDisabled onSelect={() => undefined}>
        {t('loading')}…
      </MenuItem>
    );
  const choose = (slug: string): void =>
    cross.mutate({ tenant: slug }, { onSuccess: (url) => leave.to(url), onError: tell.failed });
  return (
    <>
      <MenuChoice
        value={facts.tenant?.slug ?? ''}
        onChoose={choose}
        options={data.map((tenant) => ({ value: tenant.slug, label: tenant.name }))}
      />
      {data.length < 2 && <MenuLabel>{t('tenant.alone')}</MenuLabel>}
    </>
  );
}

/** Which tenant this is, and the way to the others. */
export function TenantSwitcher() {
  const { t } = useTranslation();
  const name = facts.tenant?.name ?? t('product');
  return (
    <Menu
      className="w-52"
      trigger={
        <button
          type="button"
          aria-label={t('tenant.current', { name })}
          className="flex h-10 items-center gap-2.5 rounded-md px-1.5 hover:bg-hover data-[state=open]:bg-hover"
        >
          <Mark className="size-7" />
          <span className="min-w-0 flex-1 truncate text-left font-semibold">{name}</span>
          <ChevronsUpDown className="size-4 shrink-0 text-fg-3" aria-hidden />
        </button>
      }
    >
      <MenuLabel>{t('tenant.switch')}</MenuLabel>
      <Choices />
    </Menu>
  );
}
