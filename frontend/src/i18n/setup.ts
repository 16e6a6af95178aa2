import i18next, { type BackendModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import accounts from './locales/en/accounts.json';
import api_keys from './locales/en/api_keys.json';
import common from './locales/en/common.json';
import credentials from './locales/en/credentials.json';
import executions from './locales/en/executions.json';
import workflows from './locales/en/workflows.json';
import { type Messages, pseudoTree } from './pseudo';

const en = {
  accounts,
  api_keys,
  common,
  credentials,
  executions,
  workflows,
};

/** Words that come with the pages that say them: the first page does not wait for them. */
const LATER = {
  audit: () => import('./locales/en/audit.json'),
  editor: () => import('./locales/en/editor.json'),
  inspector: () => import('./locales/en/inspector.json'),
  run: () => import('./locales/en/run.json'),
  members: () => import('./locales/en/members.json'),
  saving: () => import('./locales/en/saving.json'),
  schedules: () => import('./locales/en/schedules.json'),
  settings: () => import('./locales/en/settings.json'),
  sso: () => import('./locales/en/sso.json'),
  home: () => import('./locales/en/home.json'),
  importing: () => import('./locales/en/importing.json'),
  versions: () => import('./locales/en/versions.json'),
  webhooks: () => import('./locales/en/webhooks.json'),
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

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en & LaterWords;
  }
}
