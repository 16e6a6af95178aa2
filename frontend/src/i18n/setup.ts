import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import accounts from './locales/en/accounts.json';
import api_keys from './locales/en/api_keys.json';
import common from './locales/en/common.json';
import credentials from './locales/en/credentials.json';
import editor from './locales/en/editor.json';
import executions from './locales/en/executions.json';
import run from './locales/en/run.json';
import workflows from './locales/en/workflows.json';
import { pseudoTree } from './pseudo';

const en = { common, accounts, api_keys, workflows, editor, executions, credentials, run };

/** `en-XA`, the pseudo-locale, is chosen by `?locale=en-XA`: it is for testing and stands in no menu. */
export function localeOf(search: string): 'en' | 'en-XA' {
  return new URLSearchParams(search).get('locale') === 'en-XA' ? 'en-XA' : 'en';
}

export async function setUpMessages(locale: 'en' | 'en-XA'): Promise<void> {
  const resources = locale === 'en' ? { en } : { 'en-XA': pseudoTree(en) };
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources,
    defaultNS: 'common',
    interpolation: { escapeValue: false }, // React escapes
  });
  document.documentElement.lang = locale === 'en' ? 'en' : 'en-x-pseudo';
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}
