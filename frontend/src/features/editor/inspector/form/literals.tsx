import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { type FieldSpec, isAbsent } from '../model/fields';
import type { Place } from '../model/places';
import { useDraft } from './drafts';
import { enterNext } from './entering';
import { BOX, useControl } from './parts';

export interface ControlProps {
  spec: FieldSpec;
  place: Place;
  value: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a field shows while it is empty: an example, else what counts then. */
export function ghostOf({ placeholder, default: value }: FieldSpec): string {
  if (placeholder !== '') return placeholder;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function TextControl({ spec, place, value }: ControlProps) {
  const { isReadOnly, wiring, ...slot } = useControl(place);
  const text = textOf(value);
  const shared = {
    ...wiring,
    value: text,
    placeholder: ghostOf(spec),
    readOnly: isReadOnly,
    spellCheck: false,
    onChange: ({ target }: { target: { value: string } }) =>
      target.value === '' ? slot.clear() : slot.set(target.value),
  };
  if (text.includes('\n')) {
    return (
      <textarea
        {...shared}
        rows={Math.min(12, text.split('\n').length)}
        className={cn(BOX, 'px-3 py-1.5')}
      />
    );
  }
  return <input {...shared} type="text" className={cn(BOX, 'h-8 px-3')} />;
}

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** What JSON has no number for, such as `1e999`, is none. */
const readNumber = (text: string): number | null =>
  NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;

export function NumberControl({ spec, place, value }: ControlProps) {
  const { t } = useTranslation('inspector');
  const { isReadOnly, wiring, ...slot } = useControl(place);
  const draft = useDraft(place, value);
  const shown = draft.text ?? (typeof value === 'number' ? String(value) : '');
  const isNumber = shown === '' || readNumber(shown.trim()) !== null;
  const step = (by: number): void => {
    const from =
      typeof value === 'number' ? value : typeof spec.default === 'number' ? spec.default : 0;
    const least = spec.minimum ?? Number.NEGATIVE_INFINITY;
    const next = Math.min(Math.max(from + by, least), spec.maximum ?? Number.POSITIVE_INFINITY);
    draft.drop();
    slot.set(next);
  };
  return (
    <>
      <input
        {...wiring}
        {...(isNumber ? {} : { 'aria-invalid': 'true' as const })}
        type="text"
        inputMode="decimal"
        value={shown}
        placeholder={ghostOf(spec)}
        readOnly={isReadOnly}
        onChange={({ target: { value: text } }) => {
          const trimmed = text.trim();
          const number = readNumber(trimmed);
          if (trimmed === '') {
            draft.write(text, undefined, true);
            slot.clear();
          } else if (trimmed.startsWith('{{')) {
            draft.drop();
            enterNext(place);
            slot.set(text);
          } else if (number !== null) {
            draft.write(text, number, true);
            slot.set(number);
          } else draft.write(text, value, false);
        }}
        onBlur={() => isNumber && draft.drop()}
        onKeyDown={(event) => {
          if (isReadOnly || event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown'))
            return;
          event.preventDefault();
          step(event.key === 'ArrowUp' ? 1 : -1);
        }}
        className={cn(BOX, 'h-8 px-3 tabular-nums')}
      />
      {!isNumber && <p className="text-bad text-xs">{t('number.wrong')}</p>}
    </>
  );
}

/** Yes or no; what was never set shows what counts then. */
export function BooleanControl({ spec, place, value }: ControlProps) {
  const { isReadOnly, wiring, ...slot } = useControl(place, 'chosen');
  const isOn = typeof value === 'boolean' ? value : spec.default === true;
  return (
    <button
      {...wiring}
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-disabled={isReadOnly || undefined}
      onClick={() => !isReadOnly && slot.set(!isOn)}
      className="group inline-flex h-6 items-center rounded-full aria-disabled:opacity-60"
    >
      <span className="relative h-[18px] w-8 rounded-full bg-line-strong transition-colors duration-120 group-aria-checked:bg-accent">
        <span className="absolute top-0.5 left-0.5 size-3.5 rounded-full bg-raised shadow-1 transition-transform duration-120 group-aria-checked:translate-x-3.5" />
      </span>
    </button>
  );
}

/** One of a few words; one that is not among them stays, and says so. */
export function SelectControl({ spec, place, value }: ControlProps) {
  const { t } = useTranslation('inspector');
  const { isReadOnly, wiring, ...slot } = useControl(place, 'chosen');
  const chosen = textOf(isAbsent(value) ? spec.default : value);
  const isKnown = chosen === '' || spec.options.includes(chosen);
  return (
    <span className="relative block">
      <select
        {...wiring}
        value={chosen}
        disabled={isReadOnly}
        onChange={({ target }) => (target.value === '' ? slot.clear() : slot.set(target.value))}
        className={cn(BOX, 'h-8 appearance-none pr-8 pl-3')}
      >
        {textOf(spec.default) === '' && <option value="">{t('select.none')}</option>}
        {!isKnown && <option value={chosen}>{t('select.unknown', { value: chosen })}</option>}
        {spec.options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-2 right-2.5 size-4 text-fg-3"
        aria-hidden
      />
    </span>
  );
}
