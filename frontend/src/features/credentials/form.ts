import type { Kind, KindValue } from './types';

const text = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** What a field of a type's value is called in a form; the API names it so in its refusals. */
export const fieldOf = (value: KindValue): string => `values/${value.name}`;

/** The values that the form holds, as they were typed: spaces belong to keys and passwords. */
export function valuesIn(form: FormData, kind: Kind): Record<string, string> {
  if (kind.is_free) return freeIn(form);
  const shown = kind.values.filter((value) => form.has(fieldOf(value)));
  return Object.fromEntries(shown.map((value) => [value.name, text(form, fieldOf(value))]));
}

/** The values of a type that takes any name; a row without a name is not there. */
function freeIn(form: FormData): Record<string, string> {
  const named = [...form.keys()].filter((key) => key.startsWith('values/') && key !== 'values/');
  return Object.fromEntries(named.map((key) => [key.slice('values/'.length), text(form, key)]));
}

/** `values` without those that are empty: of these nothing is said. */
export const filled = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

/** An instant as `<input type="datetime-local">` takes it, in the person's own zone. */
export function localOf(iso: string | null): string {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const instantOf = (local: string): string | null =>
  local === '' ? null : new Date(local).toISOString();

interface About {
  description: string;
  allowed_hosts: string[];
}

export const nameIn = (form: FormData): string => text(form, 'name').trim();

/** What is said of a credential beside its values. Hosts stand on lines of their own, or have commas between. */
export const aboutIn = (form: FormData): About => ({
  description: text(form, 'description').trim(),
  allowed_hosts: text(form, 'allowed_hosts')
    .split(/[\s,]+/)
    .filter((host) => host !== ''),
});

export const expiryIn = (form: FormData): string | null => instantOf(text(form, 'expires_at'));
