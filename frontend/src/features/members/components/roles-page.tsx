import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { ListBody } from '@/ui/list';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { type OwnRole, useBuiltIn, useOwnRoles } from '../api';
import { PeopleTabs } from './people-tabs';
import { RoleMatrix } from './role-matrix';

const RoleDialog = lazy(() => import('./role-dialog'));

/** What is being done with which role; without one a new one is made. */
type Doing = { role?: OwnRole } | null;

function Matrix({ onOpen }: { onOpen: (role: OwnRole) => void }) {
  const { t } = useTranslation(['members', 'common']);
  const builtIn = useBuiltIn();
  const own = useOwnRoles();
  const error = builtIn.error ?? own.error;
  if (error !== null) {
    const retry = (): void => void Promise.all([builtIn.refetch(), own.refetch()]);
    return (
      <div className="rounded-xl border border-line bg-panel shadow-1">
        <Failure error={error} onRetry={retry} />
      </div>
    );
  }
  if (builtIn.data === undefined || own.data === undefined)
    return <Skeleton className="h-96 rounded-xl" />;
  const roles = own.data.pages.flatMap((page) => page.results);
  return (
    <>
      {roles.length === 0 && <p className="mb-3 text-fg-2">{t('roles.empty')}</p>}
      <RoleMatrix builtIn={builtIn.data} own={roles} onOpen={onOpen} />
      {own.hasNextPage && (
        <div className="mt-4 text-center">
          <Button isBusy={own.isFetchingNextPage} onClick={() => void own.fetchNextPage()}>
            {t('common:list.more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** Which role may what. The built-in ones are fixed; a tenant makes its own beside them. */
export default function RolesPage() {
  const { t } = useTranslation('members');
  const [doing, setDoing] = useState<Doing>(null);
  const mayManage = useMay('role.manage');
  useTitle(t('roles.title'));
  useShortcut('create', () => setDoing({}), mayManage);
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('roles.title')}</h1>
            <PeopleTabs />
          </>
        }
      >
        <Button
          look="primary"
          size="sm"
          why={mayManage ? undefined : t('why.no_roles')}
          onClick={() => setDoing({})}
        >
          <Plus aria-hidden />
          {t('roles.create')}
        </Button>
      </PageHeader>
      <ListBody>
        <Gate permission="user.read">
          <Matrix onOpen={(role) => setDoing({ role })} />
        </Gate>
      </ListBody>
      <Suspense>
        {doing !== null && <RoleDialog role={doing.role} onClose={() => setDoing(null)} />}
      </Suspense>
    </div>
  );
}
