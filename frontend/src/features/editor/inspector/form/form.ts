import { createContext, use } from 'react';
import type { FieldSpec } from '../model/fields';
import { clearing, type Place, setting } from '../model/places';
import type { Problem } from '../model/problems';

/** What a change does to a node, by pointers into it. */
interface Patch {
  set?: Record<string, unknown>;
  unset?: string[];
}

/** The form of one node: what its fields read, and how they change it. */
export interface Form {
  nodeId: string;
  nodeName: string;
  nodeType: string;
  workflowId: string;
  config: Readonly<Record<string, unknown>>;
  /** Of the node's type. */
  fields: readonly FieldSpec[];
  problems: readonly Problem[];
  isReadOnly: boolean;
  /** One step of undo; changes with the same key within a second are one. `what` names what was changed. */
  patch: (change: Patch, what: string, key?: string) => void;
  undo: () => void;
  redo: () => void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = use(FormContext);
  if (form === null) throw new Error('a field stands outside of a form');
  return form;
}

export interface Slot {
  set: (value: unknown) => void;
  clear: () => void;
}

/** `typed`: what follows within a second belongs to it, as letters do. `chosen`: each change is a step of its own. */
export type Manner = 'typed' | 'chosen';

/** Changes one place of the config; `what` names it in the history. */
export function useSlot(place: Place, what: string, manner: Manner = 'typed'): Slot {
  const form = useForm();
  const key = manner === 'typed' ? JSON.stringify(place) : undefined;
  return {
    set: (value) => form.patch(setting(place, value), what, key),
    clear: () => form.patch(clearing(form.config, place), what, key),
  };
}
