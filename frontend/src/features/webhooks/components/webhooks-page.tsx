import { Webhook as WebhookIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { TriggerPage } from '@/features/workflows/facade';
import { useParam, useRowKeys } from '@/lib/list';
import { FilterMenu } from '@/ui/filter-menu';
import { ListRows } from '@/ui/list';
import { useWebhooks, type Webhook } from '../api';
import { AUTH_TYPES, isAuthType, isState, pathOf, STATES, stateOf } from '../state';
import { WebhookRow } from './webhook-row';

function Rows({ webhooks }: { webhooks: readonly Webhook[] }) {
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
        <WebhookRow key={webhook.id} webhook={webhook} />
      ))}
    </ListRows>
  );
}

/** Every address at which a live version listens: who may send, whether it listens, and what arrived. */
export default function WebhooksPage() {
  const { t } = useTranslation('webhooks');
  const list = useWebhooks();
  const [stateParam, setState] = useParam('state');
  const [authParam, setAuth] = useParam('auth');
  const state = isState(stateParam) ? stateParam : null;
  const auth = isAuthType(authParam) ? authParam : null;
  return (
    <TriggerPage
      path="/webhooks"
      permission="webhook.read"
      icon={WebhookIcon}
      words={{
        title: t('title'),
        filter: t('filter'),
        filter_empty: t('filter_empty'),
        empty_title: t('empty_title'),
        empty: t('empty'),
      }}
      list={list}
      fits={(one) =>
        (state === null || stateOf(one) === state) && (auth === null || one.auth_type === auth)
      }
      textOf={(one) => `${one.name} ${pathOf(one)} ${one.workflow_name}`}
      filters={
        <>
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
        </>
      }
    >
      {(webhooks) => <Rows webhooks={webhooks} />}
    </TriggerPage>
  );
}
