import { CircleAlert, FileJson } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { entriesOf } from '@/engine/json';
import { saidOf } from '@/features/workflows/facade';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { FieldRow } from '../form/field-row';
import { useForm } from '../form/form';
import { JsonInput } from '../form/json-controls';
import { PartsContext, RowContext } from '../form/parts';
import { anySpec, extraKeys, type FieldSpec, isShown, waiting } from '../model/fields';
import { problemsBeside } from '../model/problems';

interface SettingsTabProps {
  /** Of the node's type; null where the catalogue does not know it. */
  fields: readonly FieldSpec[] | null;
}

/** What is wrong with the node and belongs to no field that is shown. */
function Beside({ shown }: { shown: readonly string[] }) {
  const form = useForm();
  const problems = problemsBeside(form.problems, shown);
  if (problems.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 rounded-md bg-bad-soft px-3 py-2 text-bad">
      {problems.map((problem) => (
        <li key={problem.code + problem.path} className="flex items-start gap-2">
          <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          {saidOf(problem, form.nodeName)}
        </li>
      ))}
    </ul>
  );
}

/** The whole config as JSON: for what no field can say. */
function WholeConfig() {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const label = t('whole.label', { node: form.nodeName });
  return (
    <PartsContext value={{ label, isReadOnly: form.isReadOnly, wiring: { 'aria-label': label } }}>
      <JsonInput spec={anySpec('')} place={[]} value={form.config} />
    </PartsContext>
  );
}

/** The form of a node: a field for each setting of its type, then what no field of it knows. */
export function SettingsTab({ fields }: SettingsTabProps) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const [isJson, setJson] = useState(fields === null);
  const [later] = useState(() => waiting(fields ?? [], form.config));
  const known = fields ?? [];
  const shown = known.filter((field) => isShown(field, { config: form.config, fields: known }));
  const first = shown.filter(({ name }) => !later.has(name));
  const more = shown.filter(({ name }) => later.has(name));
  const extra = extraKeys(form.config, known);
  const isPlain = shown.length === 0 && extra.length === 0;
  const rowOf = (field: FieldSpec) => (
    <FieldRow key={field.name} spec={field} place={[field.name]} />
  );
  return (
    <RowContext value={FieldRow}>
      <div className="flex flex-col gap-4 p-4">
        <Beside shown={isJson ? [] : [...shown.map(({ name }) => name), ...extra]} />
        {fields === null && (
          <p className="text-fg-2">{t('settings.unknown_type', { type: form.nodeType })}</p>
        )}
        {isJson && <WholeConfig />}
        {!isJson && isPlain && <p className="text-fg-3">{t('settings.plain')}</p>}
        {!isJson && first.map(rowOf)}
        {!isJson && more.length > 0 && (
          <Disclosure
            isOpen={more.some(({ name }) => form.problems.some(({ field }) => field === name))}
            summary={t('settings.more', { count: more.length })}
          >
            <div className="flex flex-col gap-4 pt-3">{more.map(rowOf)}</div>
          </Disclosure>
        )}
        {!isJson && extra.length > 0 && (
          <section className="flex flex-col gap-4 border-line border-t pt-4">
            <p className="text-fg-2 text-xs">{t('settings.extra')}</p>
            {extra.map((name) => rowOf(anySpec(name)))}
          </section>
        )}
        {fields !== null && (entriesOf(form.config).length > 0 || !isPlain) && (
          <Button
            look="quiet"
            size="sm"
            className="-ml-2.5 self-start"
            onClick={() => setJson(!isJson)}
          >
            <FileJson aria-hidden />
            {isJson ? t('whole.close') : t('whole.open')}
          </Button>
        )}
      </div>
    </RowContext>
  );
}
