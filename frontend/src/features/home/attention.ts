import type { TFunction } from 'i18next';
import type { SchemaFailedOut, SchemaHomeOut } from '@/generated/api';

/** Something that waits for a person: what it is, why, since when, and where it is dealt with. */
export interface Matter {
  key: string;
  kind: 'failed' | 'approval' | 'credential' | 'draft' | 'more';
  title: string;
  why: string;
  at: string | null;
  to: string;
}

/** Failures by workflow, the newest first: ten of one workflow are one thing to look at. */
function byWorkflow(failed: readonly SchemaFailedOut[]): SchemaFailedOut[][] {
  const groups = new Map<string, SchemaFailedOut[]>();
  for (const one of failed)
    groups.set(one.workflow_id, [...(groups.get(one.workflow_id) ?? []), one]);
  return [...groups.values()];
}

/** Everything that waits for a person: decisions first, because somebody waits for them; then what failed. */
export function mattersOf(home: SchemaHomeOut, t: TFunction<'home'>): Matter[] {
  const { approvals, failed, credentials, drafts } = home;
  const more = (name: 'approvals' | 'failed', to: string): Matter[] => {
    const group = home[name];
    const left = group === null ? 0 : group.count - group.results.length;
    const why = t(`needs.more_${name}`, { count: left });
    return left > 0
      ? [{ key: name, kind: 'more', title: t('needs.and_more'), why, at: null, to }]
      : [];
  };
  return [
    ...(approvals?.results ?? []).map(
      ({ execution_id, node_id, scope, workflow_name, title, asked_at }): Matter => ({
        key: `${execution_id} ${node_id} ${scope}`,
        kind: 'approval',
        title: title === '' ? workflow_name : title,
        why: title === '' ? t('needs.approval') : t('needs.approval_of', { name: workflow_name }),
        at: asked_at,
        to: `/executions/${execution_id}`,
      }),
    ),
    ...more('approvals', '/executions?status=waiting'),
    ...byWorkflow(failed?.results ?? []).flatMap(([newest, ...others]): Matter[] =>
      newest === undefined
        ? []
        : [
            {
              key: newest.id,
              kind: 'failed',
              title: newest.workflow_name,
              why:
                newest.message === '' || others.length > 0
                  ? t('needs.failed', { count: others.length + 1 })
                  : newest.message,
              at: newest.ended_at,
              to: `/executions/${newest.id}`,
            },
          ],
    ),
    ...more('failed', '/executions?status=failed'),
    ...(credentials?.results ?? []).map(
      ({ id, name, expires_at }): Matter => ({
        key: id,
        kind: 'credential',
        title: name,
        why: t('needs.credential'),
        at: expires_at,
        to: '/credentials',
      }),
    ),
    ...drafts.results.map(
      ({ id, name, live_version, updated_at }): Matter => ({
        key: id,
        kind: 'draft',
        title: name,
        why: t('needs.draft', { version: live_version }),
        at: updated_at,
        to: `/workflows/${id}`,
      }),
    ),
  ];
}
