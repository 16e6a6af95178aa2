import { List } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import { useChoices } from '../api';
import { isAbsent, isTemplated } from '../model/fields';
import { useForm } from './form';
import type { ControlProps } from './literals';
import { useControl } from './parts';

const loadPanel = () => import('@/ui/picker-panel');
const PickerPanel = lazy(loadPanel);

const CREDENTIAL = 'credential';

/** Of the node's settings what its service is asked with, and the first of them that nobody knows yet. */
function useAsked(needs: readonly string[]) {
  const { config } = useForm();
  const names = [CREDENTIAL, ...needs];
  const missing = names.find((name) => isAbsent(config[name]) || isTemplated(config[name]));
  return { asked: Object.fromEntries(names.map((name) => [name, config[name]])), missing };
}

/** Chooses what the service behind the node knows, such as a channel by its name. What is written by hand counts as well. */
export function ChoicesButton({ spec, place, value }: ControlProps) {
  const { t } = useTranslation('inspector');
  const { nodeType } = useForm();
  const { label, isReadOnly, set } = useControl(place, 'chosen');
  const { asked, missing } = useAsked(spec.choices?.needs ?? []);
  const mayAsk = useMay('workflow.update');
  const [isOpen, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const { data, error, isFetching } = useChoices(nodeType, spec.name, asked, isOpen);
  if (isReadOnly) return null;
  const why = (): string | undefined => {
    if (!mayAsk) return t('choices.no_permission');
    return missing === undefined ? undefined : t('choices.first', { field: missing });
  };
  const wanted = query.toLowerCase();
  const found = data?.results.filter((one) =>
    `${one.label} ${one.value}`.toLowerCase().includes(wanted),
  );
  const known = data?.results.find((one) => one.value === value);
  const trigger = (
    <Button
      size="sm"
      look="quiet"
      className="-ml-2.5 max-w-full self-start"
      aria-label={t('choices.open', { field: label })}
      why={why()}
      onPointerEnter={() => void loadPanel()}
      onFocus={() => void loadPanel()}
      onClick={() => setOpen(!isOpen)}
    >
      <List aria-hidden />
      <span className="truncate">{known?.label ?? t('choices.word')}</span>
    </Button>
  );
  if (!isOpen) return trigger;
  return (
    <Suspense fallback={trigger}>
      <PickerPanel
        value={typeof value === 'string' ? value : ''}
        options={isFetching && data === undefined ? undefined : found?.map(optionOf)}
        error={error}
        query={query}
        setQuery={setQuery}
        searchLabel={t('choices.search')}
        empty={query === '' ? t('choices.none') : t('choices.nothing', { query })}
        listId={`choices-${place.join('-')}`}
        trigger={trigger}
        footer={
          data?.has_more === true ? (
            <p className="px-2 py-1 text-fg-3 text-xs">{t('choices.more')}</p>
          ) : undefined
        }
        onChoose={set}
        onClose={() => {
          setOpen(false);
          setQuery('');
        }}
      />
    </Suspense>
  );
}

const optionOf = (one: { value: string; label: string }) => ({
  value: one.value,
  label: one.label,
  ...(one.label === one.value ? {} : { detail: one.value }),
});
