import { SearchX, UserPlus, UsersRound } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useFilter, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, ListRows, ROW_GRID, ROW_OPENER } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { type Member, useMembers } from '../api';
import { useAsker } from '../hooks';
import { isProgram } from '../rules';
import { InvitationList } from './invitation-list';
import { PeopleTabs } from './people-tabs';

const InviteDialog = lazy(() => import('./invite-dialog'));
const MemberDialog = lazy(() => import('./member-dialog'));

const COLUMNS = 'lg:grid-cols-[minmax(0,1fr)_auto_minmax(0,max-content)_minmax(96px,auto)]';

interface RowProps {
  member: Member;
  onOpen: () => void;
}

function Row({ member, onOpen }: RowProps) {
  const { t } = useTranslation('members');
  const asker = useAsker();
  const { name, email, role, roles, joined_at: joined } = member;
  const shown = name === '' ? email : name;
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover',
        ROW_GRID,
      )}
    >
      <span className="flex min-w-0 items-center gap-3">
        <span
          aria-hidden
          className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-2xs text-accent"
        >
          {shown.charAt(0).toUpperCase()}
        </span>
        <span className="min-w-0">
          <span className="flex items-center gap-2">
            <button
              type="button"
              data-row={member.id}
              aria-label={t('open', { name: shown })}
              onClick={onOpen}
              className={cn('min-w-0 truncate text-left font-medium', ROW_OPENER)}
            >
              {shown}
            </button>
            {member.id === asker.id && <Badge tone="accent">{t('you')}</Badge>}
          </span>
          {name !== '' && (
            <span className="block truncate text-fg-3 text-xs" title={email}>
              {isProgram(member) ? t('program') : email}
            </span>
          )}
        </span>
      </span>
      <span className="flex justify-end lg:justify-start">
        <Badge>{t(`role.${role}`)}</Badge>
      </span>
      <span className="flex min-w-0 flex-wrap gap-1 max-lg:col-span-full max-lg:pl-11 max-lg:empty:hidden">
        {roles.map((one) => (
          <Badge key={one.id} tone="accent">
            {one.name}
          </Badge>
        ))}
      </span>
      <TimeAgo at={joined} className="text-fg-2 max-lg:hidden" />
    </li>
  );
}

interface EverybodyProps {
  query: string;
  setQuery: (query: string) => void;
}

function Everybody({ query, setQuery }: EverybodyProps) {
  const { t } = useTranslation('members');
  const list = useMembers();
  const [open, setOpen] = useState<Member | null>(null);
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all?.filter(({ name, email }) =>
    `${name} ${email}`.toLowerCase().includes(query.toLowerCase()),
  );
  useRowKeys();
  const owners = all?.filter(({ role }) => role === 'owner').length ?? 0;
  return (
    <>
      <ListCard
        list={list}
        all={all}
        shown={shown}
        empty={<Notice icon={UsersRound} title={t('empty_title')} text={t('empty')} />}
        unmatched={
          <Notice icon={SearchX} title={t('filter_empty', { query })}>
            <Button onClick={() => setQuery('')}>{t('clear')}</Button>
          </Notice>
        }
      >
        {(members) => (
          <ListRows
            label={t('title')}
            columns={COLUMNS}
            heads={[t('column.who'), t('column.role'), t('column.own'), t('column.joined')]}
          >
            {members.map((member) => (
              <Row key={member.id} member={member} onOpen={() => setOpen(member)} />
            ))}
          </ListRows>
        )}
      </ListCard>
      <Suspense>
        {open !== null && (
          // While another page may hold one more, nobody is taken for the last owner.
          <MemberDialog
            member={open}
            owners={list.hasNextPage ? 2 : owners}
            onClose={() => setOpen(null)}
          />
        )}
      </Suspense>
    </>
  );
}

/** Who belongs to the tenant and as what, and who was asked in. */
export default function MembersPage() {
  const { t } = useTranslation('members');
  const { query, setQuery, field } = useFilter();
  const [isInviting, setInviting] = useState(false);
  const mayInvite = useMay('user.invite');
  useTitle(t('title'));
  useShortcut('create', () => setInviting(true), mayInvite);
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <PeopleTabs />
          </>
        }
      >
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <Button
          look="primary"
          size="sm"
          why={mayInvite ? undefined : t('why.no_invite')}
          onClick={() => setInviting(true)}
        >
          <UserPlus aria-hidden />
          {t('invite')}
        </Button>
      </PageHeader>
      <ListBody>
        <Gate permission="user.read">
          <Everybody query={query} setQuery={setQuery} />
          <InvitationList />
        </Gate>
      </ListBody>
      <Suspense>{isInviting && <InviteDialog onClose={() => setInviting(false)} />}</Suspense>
    </div>
  );
}
