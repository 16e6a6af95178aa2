import { type ComponentType, createContext, use } from 'react';
import type { FieldSpec } from '../model/fields';
import type { Place } from '../model/places';
import { type Manner, type Slot, useSlot } from './form';

export const BOX =
  'w-full min-w-0 rounded-md border border-line-strong/60 bg-panel text-fg shadow-1 placeholder:text-fg-3 aria-invalid:border-bad data-[invalid=true]:border-bad focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:opacity-60';

export interface Wiring {
  id?: string;
  'aria-label'?: string;
  'aria-labelledby'?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: 'true';
  'aria-required'?: 'true';
}

/** What a control needs of the field around it: how it is called, and what names and describes it. */
export interface FieldParts {
  label: string;
  isReadOnly: boolean;
  wiring: Wiring;
  /** Inside of a list or of names: what stands there once it is emptied, so that its row does not go. */
  emptied?: '' | Readonly<Record<string, never>>;
}

export const PartsContext = createContext<FieldParts | null>(null);

export function useFieldParts(): FieldParts {
  const parts = use(PartsContext);
  if (parts === null) throw new Error('a control stands outside of a field');
  return parts;
}

/** What a control writes to, with the names that its field gives it. */
export function useControl(place: Place, manner?: Manner): FieldParts & Slot {
  const parts = useFieldParts();
  const slot = useSlot(place, parts.label, manner);
  const { emptied } = parts;
  const clear = emptied === undefined ? slot.clear : () => slot.set(emptied);
  return { ...parts, set: slot.set, clear };
}

export interface RowProps {
  spec: FieldSpec;
  place: Place;
  /** What it stands in, where several fields have the same title. */
  within?: string;
}

/** What draws a field: a list of objects draws fields itself, and may not know who draws lists. */
export const RowContext = createContext<ComponentType<RowProps> | null>(null);

export function useRow(): ComponentType<RowProps> {
  const row = use(RowContext);
  if (row === null) throw new Error('a list stands outside of a form');
  return row;
}
