import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf } from '@/features/workflows/facade';
import type { SchemaNodeTypeOut } from '@/generated/api';
import { cn } from '@/lib/cn';
import { FieldRow } from '../form/field-row';
import { FormContext, useForm } from '../form/form';
import { BOX, RowContext } from '../form/parts';
import { anySpec, isObject } from '../model/fields';
import { problemsAt } from '../model/problems';
import { RETRY } from '../model/retry-fields';

type Data = Readonly<Record<string, unknown>>;

interface BehaviourTabProps {
  data: Data;
  type: SchemaNodeTypeOut | undefined;
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** What is said beside the config; older documents say it inside. */
function useBehaviour({ data, type }: BehaviourTabProps, name: string) {
  const { config } = useForm();
  // A loop has a setting of its own that is called on_error.
  const isSetting = type?.fields.some((field) => field.name === name) === true;
  const isInside = !isSetting && !isPresent(data[name]) && isPresent(config[name]);
  return {
    value: isInside ? config[name] : data[name],
    path: isInside ? `/data/config/${name}` : `/data/${name}`,
  };
}

function Problems({ path }: { path: string }) {
  const form = useForm();
  return problemsAt(form.problems, path).map((problem) => (
    <p key={problem.code + problem.path} className="text-bad text-xs">
      {saidOf(problem, form.nodeName)}
    </p>
  ));
}

interface WordProps extends BehaviourTabProps {
  name: 'on_error' | 'on_unknown';
  words: readonly string[];
  /** What counts while nothing is said. */
  usual: string;
}

/** One of a few words, each with what it means. */
function Word({ name, words, usual, ...node }: WordProps) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const id = useId();
  const { value, path } = useBehaviour(node, name);
  const chosen =
    typeof value === 'string' ? value : isPresent(value) ? JSON.stringify(value) : usual;
  const label = t(`behaviour.${name}`);
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1.5 font-medium">{label}</legend>
      {[...words, ...(words.includes(chosen) ? [] : [chosen])].map((word) => (
        <label
          key={word}
          className="flex items-start gap-2 rounded-md border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={id}
            checked={word === chosen}
            disabled={form.isReadOnly}
            onChange={() => form.patch({ set: { [path]: word } }, label)}
            className="mt-1 accent-accent"
          />
          <span className="min-w-0">
            <span className="block">
              {words.includes(word)
                ? t(`behaviour.${name}_${word as 'stop'}`)
                : t('select.unknown', { value: word })}
            </span>
            {words.includes(word) && (
              <span className="block text-fg-3 text-xs">
                {t(`behaviour.${name}_${word as 'stop'}_help`)}
              </span>
            )}
          </span>
        </label>
      ))}
      <Problems path={path} />
    </fieldset>
  );
}

/** How often the node is tried. Its parts are fields like those of the config, and stand somewhere else. */
function Retry(node: BehaviourTabProps) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const { value, path } = useBehaviour(node, 'retry');
  const own = '/data/config/retry';
  const moved = (pointer: string): string =>
    pointer.startsWith(own) ? path + pointer.slice(own.length) : pointer;
  const inside = {
    ...form,
    config: { retry: value },
    problems: form.problems.flatMap((problem) => {
      const at = problem.path.replace(/^\/nodes\/\d+/, '');
      return at.startsWith(path) ? [{ ...problem, path: own + at.slice(path.length) }] : [];
    }),
    patch: (change: Parameters<typeof form.patch>[0], what: string, key?: string) =>
      form.patch(
        {
          ...(change.set === undefined
            ? {}
            : {
                set: Object.fromEntries(
                  Object.entries(change.set).map(([at, one]) => [moved(at), one]),
                ),
              }),
          ...(change.unset === undefined ? {} : { unset: change.unset.map(moved) }),
        },
        what,
        key === undefined ? undefined : `beside ${key}`,
      ),
  };
  return (
    <FormContext value={inside}>
      <RowContext value={FieldRow}>
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-1 font-medium">{t('behaviour.retry')}</legend>
          <p className="text-fg-3 text-xs">{t('behaviour.retry_help')}</p>
          {isPresent(value) && !isObject(value) ? (
            <FieldRow
              spec={{ ...anySpec('retry'), title: t('behaviour.retry') }}
              place={['retry']}
            />
          ) : (
            RETRY.map((field) => (
              <FieldRow
                key={field.name}
                spec={{
                  ...field,
                  title: t(`behaviour.${field.name as 'attempts'}`),
                  help: t(`behaviour.${field.name as 'attempts'}_help`),
                }}
                place={['retry', field.name]}
              />
            ))
          )}
        </fieldset>
      </RowContext>
    </FormContext>
  );
}

function Notes({ data }: { data: Data }) {
  const { t } = useTranslation('inspector');
  const form = useForm();
  const id = useId();
  const label = t('behaviour.notes');
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        value={typeof data.notes === 'string' ? data.notes : ''}
        readOnly={form.isReadOnly}
        placeholder={t('behaviour.notes_ghost')}
        onChange={({ target }) =>
          form.patch({ set: { '/data/notes': target.value } }, label, 'notes')
        }
        className={cn(BOX, 'resize-y px-3 py-1.5')}
      />
      <Problems path="/data/notes" />
    </div>
  );
}

/** What every node may say beside its settings. A trigger is fired and never run, so it cannot fail. */
export function BehaviourTab(node: BehaviourTabProps) {
  const { data, type } = node;
  const { t } = useTranslation('inspector');
  const form = useForm();
  const id = useId();
  const isRun = type?.is_trigger !== true;
  const isDisabled = data.disabled === true;
  const label = t('behaviour.disabled');
  return (
    <div className="flex flex-col gap-5 p-4">
      <div className="flex items-start gap-2">
        <input
          id={`${id}-disabled`}
          type="checkbox"
          checked={isDisabled}
          disabled={form.isReadOnly}
          aria-describedby={`${id}-help`}
          onChange={({ target }) =>
            form.patch({ set: { '/data/disabled': target.checked } }, label)
          }
          className="mt-1 accent-accent"
        />
        <div className="min-w-0">
          <label htmlFor={`${id}-disabled`} className="block font-medium">
            {label}
          </label>
          <p id={`${id}-help`} className="text-fg-3 text-xs">
            {t('behaviour.disabled_help')}
          </p>
        </div>
      </div>
      <Problems path="/data/disabled" />
      {isRun && (
        <Word {...node} name="on_error" words={['stop', 'continue', 'branch']} usual="stop" />
      )}
      {isRun && <Retry {...node} />}
      {isRun && (
        <Word
          {...node}
          name="on_unknown"
          words={['rerun', 'stop']}
          usual={type?.on_unknown ?? 'rerun'}
        />
      )}
      <Notes data={data} />
    </div>
  );
}
