import type { Extension } from '@codemirror/state';

const LOAD: Readonly<Record<string, () => Promise<Extension>>> = {
  javascript: () => import('@codemirror/lang-javascript').then(({ javascript }) => javascript()),
  python: () => import('@codemirror/lang-python').then(({ python }) => python()),
};

/** The colours of a language, fetched when a script in it is first entered; nothing for one that has none. */
export const languageOf = (name: string): Promise<Extension> =>
  LOAD[name]?.() ?? Promise.resolve([]);
