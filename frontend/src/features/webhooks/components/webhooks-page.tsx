import { SearchX, Webhook as WebhookIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Gate } from '@/features/accounts/facade';
import { useWorkflowName } from '@/features/workflows/facade';
import { useFilter, useParam, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { buttonClass } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { FilterMenu } from '@/ui/filter-menu';
import { ListBody, ListCard, ListRows } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { useWebhooks, type Webhook } from '../api';
import { AUTH_TYPES, isAuthType, isState, pathOf, STATES, stateOf } from '../state';
import { WebhookRow } from './webhook-row';

interface RowsProps {
  webhooks: readonly Webhook[];
  nameOf: (workflowId: string) => string;
}

function Rows({ webhooks, nameOf }: RowsProps) {
  const { t } = useTranslation('webhooks');
  useRowKeys();
  return (
    <ListRows
      label={t('title')}
      columns="lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_auto_auto_auto_auto_auto]"
      heads={[
        t('column.webhook'),
        t('column.workflow'),
        t('column.auth'),
        t('column.state'),
        t('column.last'),
        t('column.day'),
        '',
      ]}
    >
      {webhooks.map((webhook) => (
        <WebhookRow key={webhook.id} webhook={webhook} workflow={nameOf(webhook.workflow_id)} />
      ))}
    </ListRows>
  );
}

/** The filters of the list, which stand in the address, and what they leave. */
function useFiltered(all: readonly Webhook[] | undefined, nameOf: (id: string) => string) {
  const { query, setQuery, field } = useFilter();
  const [stateParam, setState] = useParam('state');
  const [authParam, setAuth] = useParam('auth');
  const state = isState(stateParam) ? stateParam : null;
  const auth = isAuthType(authParam) ? authParam : null;
  const wanted = query.toLowerCase();
  const shown = all
    ?.filter((one) => state === null || stateOf(one) === state)
    .filter((one) => auth === null || one.auth_type === auth)
    .filter((one) =>
      `${one.name} ${pathOf(one)} ${nameOf(one.workflow_id)}`.toLowerCase().includes(wanted),
    );
  return { query, setQuery, field, state, setState, auth, setAuth, shown };
}

/** Every address at which a live version listens: who may send, whether it listens, and what arrived. */
export default function WebhooksPage() {
  const { t } = useTranslation('webhooks');
  const list = useWebhooks();
  const nameOf = useWorkflowName();
  const all = list.data?.pages.flatMap((page) => page.results);
  const { field, query, setQuery, state, setState, auth, setAuth, shown } = useFiltered(
    all,
    nameOf,
  );
  useTitle(t('title'));
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <FilterMenu
          label={t('state.label')}
          any={t('state.any')}
          value={state}
          options={STATES.map((one) => ({ value: one, label: t(`state.${one}`) }))}
          onChoose={setState}
        />
        <FilterMenu
          label={t('auth.label')}
          any={t('auth.any')}
          value={auth}
          options={AUTH_TYPES.map((one) => ({ value: one, label: t(`auth.${one}`) }))}
          onChoose={setAuth}
        />
      </PageHeader>
      <ListBody>
        <Gate permission="webhook.read">
          <ListCard
            list={list}
            all={all}
            shown={shown}
            empty={
              <Notice icon={WebhookIcon} title={t('empty_title')} text={t('empty')}>
                <Link to="/workflows" className={buttonClass({ look: 'primary' })}>
                  {t('empty_action')}
                </Link>
              </Notice>
            }
            unmatched={
              <Notice icon={SearchX} title={t('filter_empty')}>
                <Link to="/webhooks" className={buttonClass()}>
                  {t('clear')}
                </Link>
              </Notice>
            }
          >
            {(webhooks) => <Rows webhooks={webhooks} nameOf={nameOf} />}
          </ListCard>
        </Gate>
      </ListBody>
    </div>
  );
}
