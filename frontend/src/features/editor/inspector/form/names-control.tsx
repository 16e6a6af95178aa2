import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { takeFocus } from '../../canvas/take-focus';
import { useLastWords } from '../../last-words';
import { isObject } from '../model/fields';
import { withName } from '../model/places';
import { enterNext } from './entering';
import { useSlot } from './form';
import type { ControlProps } from './literals';
import { BOX, useFieldParts } from './parts';
import { AddRow, RowButtons } from './rows';
import { ValueCell } from './value-cell';

interface NameInputProps {
  name: string;
  taken: readonly string[];
  label: string;
  isReadOnly: boolean;
  isNew?: boolean;
  /** `goesOn`: its value is written next. */
  onName: (name: string, goesOn: boolean) => void;
  onCancel?: () => void;
}

/** A name is taken over when it is whole: on the way it might be that of another. */
function NameInput({
  name,
  taken,
  label,
  isReadOnly,
  isNew = false,
  onName,
  onCancel,
}: NameInputProps) {
  const { t } = useTranslation('inspector');
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? name;
  const isTakenBy = (one: string): boolean => one !== name && taken.includes(one);
  const words = useLastWords((written) => {
    if (isTakenBy(written)) return;
    setText(null);
    if (written === '') onCancel?.();
    else if (written !== name) onName(written, false);
  });
  /** Takes over a new name, and goes on with its value. */
  const goOn = (): void => {
    if (shown === '' || isTakenBy(shown)) return;
    words.forget();
    onName(shown, true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isOn = event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey && shown !== '');
    if (isNew && isOn) {
      event.preventDefault();
      goOn();
    } else if (event.key === 'Enter') words.end();
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    words.forget();
    setText(null);
    onCancel?.();
  };
  return (
    <div className="w-2/5 shrink-0">
      <input
        ref={isNew ? takeFocus : undefined}
        type="text"
        aria-label={label}
        aria-invalid={isTakenBy(shown) || undefined}
        value={shown}
        readOnly={isReadOnly}
        spellCheck={false}
        placeholder={t('names.name')}
        onChange={({ target }) => {
          words.write(target.value);
          setText(target.value);
        }}
        onBlur={() => (isNew && shown === '' ? onCancel?.() : words.end())}
        onKeyDown={onKeyDown}
        className={cn(BOX, 'h-8 px-2 font-mono text-xs')}
      />
      {isTakenBy(shown) && <p className="mt-1 text-bad text-xs">{t('names.taken')}</p>}
    </div>
  );
}

/** Names with values, or with formulas. */
export function NamesControl({ spec, place, value }: ControlProps) {
  const { t } = useTranslation('inspector');
  const { label, isReadOnly, wiring } = useFieldParts();
  const slot = useSlot(place, label, 'chosen');
  const [isAdding, setAdding] = useState(false);
  const held = isObject(value) ? value : {};
  const names = Object.keys(held);
  const remove = (name: string): void => {
    const rest = Object.entries(held).filter(([key]) => key !== name);
    if (rest.length === 0) slot.clear();
    else slot.set(Object.fromEntries(rest));
  };
  return (
    <fieldset {...wiring} className="flex flex-col gap-1.5">
      {names.map((name, index) => (
        // The place of a row stays while its name changes.
        <div key={names.indexOf(name)} className="flex items-start gap-1">
          <NameInput
            name={name}
            taken={names}
            label={t('names.name_of', { field: label, number: index + 1 })}
            isReadOnly={isReadOnly}
            onName={(next) => slot.set(withName(held, name, next))}
          />
          <ValueCell
            spec={spec}
            place={[...place, name]}
            value={held[name]}
            label={t('names.value_of', { field: label, name })}
          />
          {!isReadOnly && (
            <span className="pt-1">
              <RowButtons
                name={name}
                index={index}
                count={names.length}
                onMove={null}
                onRemove={() => remove(name)}
              />
            </span>
          )}
        </div>
      ))}
      {isAdding && (
        <div className="flex items-start gap-1">
          <NameInput
            name=""
            taken={names}
            label={t('names.new', { field: label })}
            isReadOnly={false}
            isNew
            onName={(name, goesOn) => {
              setAdding(false);
              if (goesOn) enterNext([...place, name]);
              slot.set({ ...held, [name]: '' });
            }}
            onCancel={() => setAdding(false)}
          />
        </div>
      )}
      {!isReadOnly && !isAdding && <AddRow onAdd={() => setAdding(true)}>{t('names.add')}</AddRow>}
    </fieldset>
  );
}
