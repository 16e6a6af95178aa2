import { ChevronRight, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useCross, useTenants } from '@/features/tenants/facade';
import { leave } from '@/lib/leave';
import { FormError } from '@/ui/form-error';
import { Skeleton } from '@/ui/skeleton';
import type { SignedIn } from '../api';
import { Frame } from './frame';

type Choices = SignedIn['tenants'];

interface Carried {
  tenants?: Choices;
  next?: string;
}

/** The choices came with the answer to sign-in; whoever opens the address later asks the server again. */
function useChoices() {
  const carried = useLocation().state as Carried | null;
  const tenants = useTenants(carried?.tenants === undefined);
  const choices = carried?.tenants ?? tenants.data;
  return {
    choices: choices?.filter((tenant) => tenant.status === 'active'),
    next: carried?.next ?? '/',
    error: tenants.error,
  };
}

export default function ChooseTenant() {
  const { t } = useTranslation('accounts');
  const { choices, next, error } = useChoices();
  const cross = useCross();
  return (
    <Frame
      title={t('choose.title')}
      text={t('choose.text')}
      footer={
        <Link to="/sign-in" className="font-medium text-accent hover:underline">
          {t('choose.other')}
        </Link>
      }
    >
      {error !== null && <FormError>{error.message}</FormError>}
      {cross.error !== null && <FormError>{cross.error.message}</FormError>}
      <ul className="-mx-2 flex flex-col">
        {choices === undefined && error === null && <Skeleton className="mx-2 h-10" />}
        {choices?.map((tenant) => (
          <li key={tenant.slug}>
            <button
              type="button"
              disabled={cross.isPending}
              onClick={() =>
                cross.mutate({ tenant: tenant.slug, next }, { onSuccess: (url) => leave.to(url) })
              }
              className="flex w-full items-center gap-3 rounded-lg p-2 text-left hover:bg-hover"
            >
              <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent-soft font-semibold text-accent">
                {tenant.name.charAt(0).toUpperCase()}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{tenant.name}</span>
                <span className="block truncate text-fg-3 text-xs">{tenant.slug}</span>
              </span>
              {cross.isPending && cross.variables.tenant === tenant.slug ? (
                <LoaderCircle className="spin size-4 text-fg-3" aria-hidden />
              ) : (
                <ChevronRight className="size-4 text-fg-3" aria-hidden />
              )}
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}
