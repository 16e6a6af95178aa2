/** What the secret is called where a command or a program runs: the screen does not have it, and no file should. */
export const SECRET = 'GORAX_WEBHOOK_SECRET';

export interface Target {
  url: string;
  auth_type: string;
  methods?: readonly string[];
  config?: Record<string, unknown>;
}

/** How one language proves who sends, under one scheme. */
export interface Recipe {
  /** What must be imported beside what every program needs. */
  uses?: readonly string[];
  lines?: readonly string[];
  /** Headers by name; the values are expressions of the language. */
  headers?: readonly (readonly [name: string, expression: string])[];
}

const textOf = (target: Target, name: string): string => {
  const value = target.config?.[name];
  return typeof value === 'string' ? value : '';
};

/** Requests that carry no body; some programs refuse to send one with them. */
const BARE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The first method that takes a body; the first of all where none does. */
export const methodOf = ({ methods = [] }: Target): string =>
  methods.find((method) => !BARE.has(method)) ?? methods[0] ?? 'POST';
export const hasBody = (target: Target): boolean => !BARE.has(methodOf(target));
export const userOf = (target: Target): string => textOf(target, 'username') || 'user';
export const keyHeaderOf = (target: Target): string => textOf(target, 'key_header') || 'X-API-Key';

/** Whether there is a secret to sign with. */
export const isSecret = (target: Target): boolean => target.auth_type !== 'none';
