import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readJson, sameJson } from '@/engine/json';
import type { FieldProblem } from '@/lib/problem';
import { SelectField, TextArea, TextField } from '@/ui/field';
import type { InputField } from './input-fields';

type Values = Readonly<Record<string, unknown>>;

interface FieldProps {
  field: InputField;
  value: unknown;
  error: string | undefined;
  /** `undefined`: left empty. */
  onChange: (value: unknown) => void;
  /** Told whether what stands there is a value at all. */
  onFault: (isFaulty: boolean) => void;
}

function Truth({ field, value, onChange, error }: FieldProps) {
  return (
    <label className="flex min-h-6 items-center gap-2 font-medium">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
      {field.title}
      {field.help !== '' && <span className="font-normal text-fg-3 text-xs">{field.help}</span>}
      {error !== undefined && <span className="font-normal text-bad text-xs">{error}</span>}
    </label>
  );
}

/** The text that stands for a value; "" where there is none. */
const textOf = (value: unknown): string =>
  value === undefined ? '' : JSON.stringify(value, null, 2);

function Json({ field, value, onChange, onFault, error }: FieldProps) {
  const { t } = useTranslation('run');
  const [typed, setTyped] = useState<{ text: string; value: unknown } | null>(null);
  // What was put there from elsewhere takes the place of what was typed.
  const isOwn = typed !== null && sameJson(typed.value ?? null, value ?? null);
  const text = isOwn ? typed.text : textOf(value);
  const isWrong = text.trim() !== '' && !readJson(text).ok;
  return (
    <TextArea
      label={field.title}
      hint={field.help || t('data.json_hint')}
      error={isWrong ? t('data.no_json') : error}
      value={text}
      onChange={(event) => {
        const next = event.target.value;
        const read = readJson(next);
        const isEmpty = next.trim() === '';
        const meant = isEmpty ? undefined : read.ok ? read.value : value;
        setTyped({ text: next, value: meant });
        onFault(!isEmpty && !read.ok);
        onChange(meant);
      }}
      rows={4}
    />
  );
}

function Field(props: FieldProps) {
  const { field, value, error, onChange } = props;
  const { t } = useTranslation('run');
  const label = field.isRequired ? field.title : t('data.optional', { name: field.title });
  const hint = field.help === '' ? undefined : field.help;
  if (field.kind === 'truth') return <Truth {...props} />;
  if (field.kind === 'json') return <Json {...props} />;
  if (field.kind === 'choice') {
    return (
      <SelectField
        label={label}
        hint={hint}
        error={error}
        value={value === undefined ? '' : JSON.stringify(value)}
        onChange={(event) =>
          onChange(event.target.value === '' ? undefined : JSON.parse(event.target.value))
        }
      >
        <option value="">{t('data.choose')}</option>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {String(JSON.parse(option))}
          </option>
        ))}
      </SelectField>
    );
  }
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const isNumber = field.kind === 'number';
  const take = (typed: string): void =>
    onChange(typed === '' ? undefined : isNumber ? Number(typed) : typed);
  if (field.kind === 'long') {
    return (
      <TextArea
        label={label}
        hint={hint}
        error={error}
        value={shown}
        onChange={(event) => take(event.target.value)}
        rows={4}
      />
    );
  }
  return (
    <TextField
      label={label}
      hint={hint}
      error={error}
      type={isNumber ? 'number' : field.inputType}
      step={isNumber ? 'any' : undefined}
      value={shown}
      onChange={(event) => take(event.target.value)}
    />
  );
}

interface InputFormProps {
  fields: readonly InputField[];
  values: Values;
  /** What the server found wrong, by pointers into the request. */
  faults: readonly FieldProblem[];
  onChange: (values: Values) => void;
  /** The names of the fields in which something stands that is no value. */
  onFaulty: (names: ReadonlySet<string>) => void;
}

/** The form that a trigger asks to be filled, drawn from its JSON Schema; what no field fits is typed as JSON. */
export function InputForm({ fields, values, faults, onChange, onFaulty }: InputFormProps) {
  const [faulty, setFaulty] = useState<ReadonlySet<string>>(new Set());
  const note = (name: string, isFaulty: boolean): void => {
    if (faulty.has(name) === isFaulty) return;
    const next = new Set(faulty);
    if (isFaulty) next.add(name);
    else next.delete(name);
    setFaulty(next);
    onFaulty(next);
  };
  return (
    <div className="flex flex-col gap-4">
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          onFault={(isFaulty) => note(field.name, isFaulty)}
          error={faults.find(({ path }) => path.startsWith(`/input/${field.name}`))?.message}
          onChange={(value) => {
            const rest = Object.entries(values).filter(([name]) => name !== field.name);
            onChange(
              Object.fromEntries(value === undefined ? rest : [...rest, [field.name, value]]),
            );
          }}
        />
      ))}
    </div>
  );
}
