import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isNotFound } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { type Option, Picker } from '@/ui/picker';
import { useFoundWorkflows, useWorkflow } from '../api';
import type { WorkflowSummary } from '../types';

interface WorkflowPickerProps {
  label: string;
  hint: string;
  /** The id that is set, or "". */
  value: string;
  isRequired: boolean;
  /** The kinds of triggers of which it must have one. */
  triggers: readonly string[];
  /** The workflow that names it. */
  ownId: string;
  isBusy: boolean;
  onChoose: (id: string) => void;
}

type Why = 'itself' | 'unpublished' | 'no_trigger';

/** Why a workflow cannot be called; null where it can. */
function whyNot(workflow: WorkflowSummary, ownId: string, triggers: readonly string[]): Why | null {
  if (workflow.id === ownId) return 'itself';
  if (workflow.live_version === null) return 'unpublished';
  return workflow.triggers.some(({ kind }) => triggers.includes(kind)) ? null : 'no_trigger';
}

/** Chooses the workflow that is called, by its name; those that cannot be called say why. */
export function WorkflowPicker(props: WorkflowPickerProps) {
  const { label, hint, value, isRequired, triggers, ownId, isBusy, onChoose } = props;
  const { t } = useTranslation('workflows');
  const [query, setQuery] = useState('');
  const asked = useSettled(query);
  const found = useFoundWorkflows(asked);
  const isBehind = asked !== query || found.isPlaceholderData;
  const named = useWorkflow(value, value !== '');
  const isGone = isNotFound(named.error);
  const kinds = triggers.map((kind) => t(`trigger.${kind as 'error'}`)).join(', ');
  const sayWhy = (why: Why): string => t(`naming.${why}`, { kinds });

  const fault = (): string | undefined => {
    if (value === '') return isRequired ? t('naming.needed') : undefined;
    if (isGone) return t('naming.no_workflow', { id: value });
    const why = named.data === undefined ? null : whyNot(named.data, ownId, triggers);
    return why === null ? undefined : sayWhy(why);
  };
  const optionOf = (workflow: WorkflowSummary): Option => {
    const why = whyNot(workflow, ownId, triggers);
    return {
      value: workflow.id,
      label: workflow.name,
      detail:
        why === null ? t('page.live_version', { number: workflow.live_version }) : sayWhy(why),
      isDisabled: why !== null,
    };
  };
  // Until the answer is here, those known before that fit: Enter must choose none that was not meant.
  // Those that can be chosen come first, or a reader looks for them among all the others.
  const options = found.data
    ?.filter(({ name }) => !isBehind || name.toLowerCase().includes(query.toLowerCase()))
    .map(optionOf)
    .sort((one, other) => Number(one.isDisabled) - Number(other.isDisabled));
  const none: Option[] =
    value === '' || query !== '' ? [] : [{ value: '', label: t('naming.none') }];
  return (
    <Picker
      label={label}
      hint={
        <>
          {hint}{' '}
          {named.data !== undefined && (
            <Link to={`/workflows/${value}`} className="text-accent hover:underline">
              {t('json.open')}
            </Link>
          )}
        </>
      }
      value={value}
      shown={isGone ? value : named.data?.name}
      placeholder={t('naming.choose_workflow')}
      fault={fault()}
      searchLabel={t('naming.search_workflow')}
      empty={t('naming.nothing', { query })}
      options={isBehind && options?.length === 0 ? undefined : options && [...none, ...options]}
      query={query}
      setQuery={setQuery}
      error={found.error}
      isBusy={isBusy}
      onChoose={onChoose}
    />
  );
}
