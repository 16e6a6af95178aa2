import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { glimpseOf } from '@/engine/json';
import { saidOf } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { anySpec, type FieldSpec, isObject, isShown } from '../model/fields';
import { moved, type Place } from '../model/places';
import { problemsOf } from '../model/problems';
import { useForm } from './form';
import { OddValue } from './json-controls';
import type { ControlProps } from './literals';
import { PartsContext, useControl, useRow } from './parts';
import { AddRow, Moving, RowButtons } from './rows';
import { ValueCell } from './value-cell';

const itemsOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

/** What all lists do with their items: the whole list is set, but for what changes inside of one. */
function useItems({ place, value }: ControlProps, empty: unknown) {
  const { label, isReadOnly, wiring, set, clear } = useControl(place, 'chosen');
  const items = itemsOf(value);
  const store = (next: readonly unknown[]): void => (next.length === 0 ? clear() : set(next));
  return {
    label,
    isReadOnly,
    wiring,
    items,
    store,
    add: () => store([...items, empty]),
    remove: (index: number) => store(items.filter((_, at) => at !== index)),
    move: (from: number, to: number) => store(moved(items, from, to)),
  };
}

/** Some of a few words. Those that are no option any more stay, until somebody takes them out. */
export function ChoicesControl(props: ControlProps) {
  const { t } = useTranslation('inspector');
  const { isReadOnly, wiring, items, store } = useItems(props, '');
  const { options } = props.spec;
  const others = items.filter((item) => typeof item !== 'string' || !options.includes(item));
  const toggle = (option: string, isOn: boolean): void => {
    const rest = items.filter((item) => item !== option);
    store(
      isOn ? [...options.filter((one) => rest.includes(one) || one === option), ...others] : rest,
    );
  };
  return (
    <fieldset {...wiring} className="flex flex-wrap gap-x-4 gap-y-1">
      {options.map((option) => (
        <label key={option} className="flex min-h-6 items-center gap-1.5">
          <input
            type="checkbox"
            checked={items.includes(option)}
            disabled={isReadOnly}
            onChange={({ target }) => toggle(option, target.checked)}
            className="accent-accent"
          />
          {option}
        </label>
      ))}
      {others.map((item) => (
        <label key={JSON.stringify(item)} className="flex min-h-6 items-center gap-1.5 text-warn">
          <input
            type="checkbox"
            checked
            disabled={isReadOnly}
            onChange={() => store(items.filter((one) => one !== item))}
            className="accent-accent"
          />
          {t('select.unknown', { value: typeof item === 'string' ? item : JSON.stringify(item) })}
        </label>
      ))}
    </fieldset>
  );
}

/** A list of values, each a text with expressions or any JSON. */
export function ValuesControl(props: ControlProps) {
  const { t } = useTranslation('inspector');
  const { label, isReadOnly, wiring, items, add, remove, move } = useItems(props, '');
  const nameOf = (index: number): string => t('row.name', { field: label, number: index + 1 });
  return (
    <fieldset {...wiring} className="flex flex-col gap-1.5">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is nothing but its place
        <Moving key={index} index={index} count={items.length} onMove={(to) => move(index, to)}>
          <ValueCell
            spec={props.spec}
            place={[...props.place, index]}
            value={item}
            label={nameOf(index)}
          />
          {!isReadOnly && (
            <span className="pt-1">
              <RowButtons
                name={nameOf(index)}
                index={index}
                count={items.length}
                onMove={(to) => move(index, to)}
                onRemove={() => remove(index)}
              />
            </span>
          )}
        </Moving>
      ))}
      {!isReadOnly && <AddRow onAdd={add}>{t('row.add_value')}</AddRow>}
    </fieldset>
  );
}

function Item({
  spec,
  place,
  value,
  label,
}: {
  spec: FieldSpec;
  place: Place;
  value: unknown;
  label: string;
}) {
  const form = useForm();
  const Row = useRow();
  // What is written as JSON stays so until it is left, even if it becomes an object on the way.
  const [isWriting, setWriting] = useState(false);
  const problems = problemsOf(form.problems, place, isObject(value));
  const said = problems.map((problem) => (
    <p key={problem.code + problem.path} className="text-bad text-xs">
      {saidOf(problem, form.nodeName)}
    </p>
  ));
  if (!isObject(value) || isWriting) {
    const wiring = { 'aria-label': label };
    return (
      <PartsContext value={{ label, isReadOnly: form.isReadOnly, wiring, emptied: {} }}>
        <OddValue spec={spec} place={place} value={value} onWriting={setWriting} />
        {said}
      </PartsContext>
    );
  }
  const extra = Object.keys(value).filter(
    (name) => !spec.fields.some((field) => field.name === name),
  );
  return (
    <>
      {spec.fields
        .filter((field) => isShown(field, { config: value, fields: spec.fields }, form))
        .map((field) => (
          <Row key={field.name} spec={field} place={[...place, field.name]} within={label} />
        ))}
      {extra.map((name) => (
        <Row key={name} spec={anySpec(name)} place={[...place, name]} within={label} />
      ))}
      {said}
    </>
  );
}

interface CardProps {
  name: string;
  index: number;
  value: unknown;
  isOpenAtFirst: boolean;
  buttons: ReactNode;
  children: ReactNode;
}

/** One object of a list: a line that opens its small form. */
function Card({ name, index, value, isOpenAtFirst, buttons, children }: CardProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <div className="rounded-md border border-line bg-bg">
      <div className="flex min-h-8 items-center gap-1 py-1 pr-1 pl-1.5">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={name}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-6 min-w-0 flex-1 items-center gap-1.5 rounded-sm text-left"
        >
          <ChevronRight
            className={cn('size-3.5 shrink-0 text-fg-3', isOpen && 'rotate-90')}
            aria-hidden
          />
          <span className="shrink-0 font-medium text-fg-2 text-xs tabular-nums">{index + 1}</span>
          {!isOpen && (
            <span className="min-w-0 flex-1 truncate text-fg-3 text-xs">{glimpseOf(value)}</span>
          )}
        </button>
        {buttons}
      </div>
      {isOpen && <div className="flex flex-col gap-3 px-3 pt-1 pb-3">{children}</div>}
    </div>
  );
}

/** A list of objects: a small form for each. */
export function ObjectsControl(props: ControlProps) {
  const { t } = useTranslation('inspector');
  const { label, isReadOnly, wiring, items, add, remove, move } = useItems(props, {});
  const nameOf = (index: number): string => t('row.name', { field: label, number: index + 1 });
  const buttonsOf = (index: number): ReactNode =>
    isReadOnly ? null : (
      <RowButtons
        name={nameOf(index)}
        index={index}
        count={items.length}
        onMove={(to) => move(index, to)}
        onRemove={() => remove(index)}
      />
    );
  return (
    <fieldset {...wiring} className="flex flex-col gap-2">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is nothing but its place
        <Moving key={index} index={index} count={items.length} onMove={(to) => move(index, to)}>
          <Card
            name={nameOf(index)}
            index={index}
            value={item}
            isOpenAtFirst={items.length <= 3 || !isObject(item) || Object.keys(item).length === 0}
            buttons={buttonsOf(index)}
          >
            <Item
              spec={props.spec}
              place={[...props.place, index]}
              value={item}
              label={nameOf(index)}
            />
          </Card>
        </Moving>
      ))}
      {!isReadOnly && <AddRow onAdd={add}>{t('row.add_item', { field: label })}</AddRow>}
    </fieldset>
  );
}
