import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { facts } from '@/lib/facts';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import { useMe } from './api';

interface GateProps {
  permission: string;
  children: ReactNode;
}

/** What asks for a permission. Who lacks it reads which one, and the server is not asked: each refusal would stand in the trail. */
export function Gate({ permission, children }: GateProps) {
  const { t } = useTranslation();
  const { data: me, isPending } = useMe();
  if (isPending) return <Skeleton className="h-10" />;
  if (me === undefined || me.permissions.includes(permission)) return children;
  return (
    <div className="rounded-xl border border-line bg-panel shadow-1">
      <Notice
        icon={Lock}
        title={t('failure.forbidden_title')}
        text={t('failure.forbidden_needs', {
          permission,
          tenant: facts.tenant?.name ?? t('product'),
        })}
      />
    </div>
  );
}
