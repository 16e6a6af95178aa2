import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import common from './locales/en/common.json';
import { type Messages, pseudoTree } from './pseudo';

const en = { common };

/** Words that come with the pages that say them: the first page does not wait for them. */
const LATER = {
  accounts: () => import('./locales/en/accounts.json'),
  api_keys: () => import('./locales/en/api_keys.json'),
  audit: () => import('./locales/en/audit.json'),
  compare: () => import('./locales/en/compare.json'),
  credentials: () => import('./locales/en/credentials.json'),
  editor: () => import('./locales/en/editor.json'),
  executions: () => import('./locales/en/executions.json'),
  home: () => import('./locales/en/home.json'),
  importing: () => import('./locales/en/importing.json'),
  inspector: () => import('./locales/en/inspector.json'),
  members: () => import('./locales/en/members.json'),
  run: () => import('./locales/en/run.json'),
  saving: () => import('./locales/en/saving.json'),
  schedules: () => import('./locales/en/schedules.json'),
  settings: () => import('./locales/en/settings.json'),
  sso: () => import('./locales/en/sso.json'),
  versions: () => import('./locales/en/versions.json'),
  webhooks: () => import('./locales/en/webhooks.json'),
  workflows: () => import('./locales/en/workflows.json'),
};

type Later = typeof LATER;
type LaterWords = { [Name in keyof Later]: Awaited<ReturnType<Later[Name]>>['default'] };

async function wordsOf(name: string): Promise<Messages> {
  return name in LATER ? (await LATER[name as keyof Later]()).default : en[name as keyof typeof en];
}

/** Fetches the words of a page when the page asks for them; until then it is suspended. */
const onDemand: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(locale, name, callback) {
    wordsOf(name).then(
      (words) => callback(null, locale === 'en' ? words : pseudoTree(words)),
      (reason: unknown) => callback(reason as Error, false),
    );
  },
};

/** `en-XA`, the pseudo-locale, is chosen by `?locale=en-XA`: it is for testing and stands in no menu. */
export function localeOf(search: string): 'en' | 'en-XA' {
  return new URLSearchParams(search).get('locale') === 'en-XA' ? 'en-XA' : 'en';
}

export async function setUpMessages(locale: 'en' | 'en-XA'): Promise<void> {
  const resources = locale === 'en' ? { en } : { 'en-XA': pseudoTree(en) };
  await i18next
    .use(onDemand)
    .use(initReactI18next)
    .init({
      lng: locale,
      fallbackLng: false,
      resources,
      partialBundledLanguages: true,
      ns: Object.keys(en),
      defaultNS: 'common',
      interpolation: { escapeValue: false }, // React escapes
    });
  document.documentElement.lang = locale === 'en' ? 'en' : 'en-x-pseudo';
}

/** Fetches the words of all pages, so that none waits for its own, nor a dialog for those of another page. */
export const fetchMessages = (): Promise<void> => i18next.loadNamespaces(Object.keys(LATER));

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en & LaterWords;
  }
}
