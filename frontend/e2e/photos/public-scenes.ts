import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import { of, type Scene } from './scene.ts';

/** Scenes of one page differ in what the server says alone, so each begins on an empty page. */
const at = async (page: Page, path: string): Promise<void> => {
  await page.goto('about:blank');
  await page.goto(`${demo.public_url}${path}`);
};

const told = (status: number, code: string, detail: string) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ status, code, title: code, detail, request_id: '0198c5d2a7f07c3e' }),
});

const DOWN = told(503, 'unavailable', 'The database does not answer.');

const answer = (page: Page, path: string, json: object) =>
  page.route(`**/api/v1${path}`, (route) => route.fulfill({ json }));

const refuse = (page: Page, path: string, problem = DOWN) =>
  page.route(`**/api/v1${path}`, (route) => route.fulfill(problem));

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

const alert = (page: Page) => page.getByRole('alert').first().waitFor();

const give = async (page: Page, password: string): Promise<void> => {
  await at(page, '/sign-in');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Sign in');
};

const second =
  (methods: string[], passkey: object | null, then?: (page: Page) => Promise<void>) =>
  async (page: Page): Promise<void> => {
    const challenge = { ticket: 't', methods, passkey };
    await answer(page, '/auth/sign-in', { redirect: null, tenants: [], challenge });
    await give(page, 'a sentence nobody guesses');
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await then?.(page);
  };

const SIGN_IN = of('/sign-in', [
  {
    name: 'sign-in',
    pose: async (page) => {
      await at(page, '/sign-in');
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    },
  },
  {
    name: 'sign-in-wrong',
    state: 'faulty',
    pose: async (page) => {
      await give(page, 'certainly not this');
      await alert(page);
    },
  },
  {
    name: 'sign-in-failing',
    state: 'failing',
    pose: async (page) => {
      await refuse(page, '/auth/sign-in');
      await give(page, 'a sentence nobody guesses');
      await alert(page);
    },
  },
  { name: 'second-step', state: 'asking', pose: second(['totp', 'recovery'], null) },
  {
    name: 'second-step-passkey',
    state: 'asking',
    pose: second(['passkey', 'totp', 'recovery'], {}),
  },
  {
    name: 'second-step-recovery',
    state: 'asking',
    pose: second(['totp', 'recovery'], null, async (page) => {
      await press(page, 'Use a recovery code');
      await page.getByLabel('Recovery code').waitFor();
    }),
  },
]);

const SIGN_UP = of('/sign-up', [
  {
    name: 'sign-up',
    pose: async (page) => {
      await at(page, '/sign-up');
      await page.getByLabel('Tenant name').fill('Northwind Trading');
    },
  },
  {
    name: 'sign-up-faults',
    state: 'faulty',
    pose: async (page) => {
      await at(page, '/sign-up');
      await press(page, 'Create tenant');
    },
  },
  {
    name: 'sign-up-failing',
    state: 'failing',
    pose: async (page) => {
      await refuse(page, '/auth/sign-up');
      await at(page, '/sign-up');
      await page.getByLabel('Your name').fill('Grace Hopper');
      await page.getByLabel('E-mail').fill('grace@example.com');
      await page.getByLabel('Password', { exact: true }).fill('a sentence nobody guesses');
      await page.getByLabel('Tenant name').fill('Northwind Trading');
      await press(page, 'Create tenant');
      await alert(page);
    },
  },
]);

const membership = (slug: string, name: string, role: string) => ({
  id: `0198c5d2-0000-7000-8000-00000000000${slug.length % 10}`,
  slug,
  name,
  role,
  status: 'active',
  deletion_at: null,
});

const CHOOSE = of('/choose', [
  {
    name: 'choose',
    pose: async (page) => {
      await answer(page, '/tenants', {
        results: [
          membership('northwind', 'Northwind Trading', 'owner'),
          membership('acme', 'Acme', 'editor'),
          membership('contoso-research', 'Contoso Research and Development, Ljubljana', 'viewer'),
        ],
        next: null,
        previous: null,
      });
      await at(page, '/choose');
      await page.getByText('Northwind Trading').waitFor();
    },
  },
  {
    name: 'choose-loading',
    state: 'loading',
    pose: async (page) => {
      await page.route('**/api/v1/tenants', () => undefined);
      await at(page, '/choose');
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'choose-failing',
    state: 'failing',
    pose: async (page) => {
      await refuse(page, '/tenants');
      await at(page, '/choose');
      await alert(page);
    },
  },
]);

const ask = async (page: Page): Promise<void> => {
  await at(page, '/forgot');
  await page.getByLabel('E-mail').fill('nobody@example.com');
  await press(page, 'Send the link');
};

const FORGOT = of('/forgot', [
  {
    name: 'forgot',
    pose: async (page) => {
      await at(page, '/forgot');
      await page.getByLabel('E-mail').waitFor();
    },
  },
  {
    name: 'forgot-sent',
    state: 'empty',
    pose: async (page) => {
      await answer(page, '/auth/forgot', {});
      await ask(page);
      await page.getByText(/a letter is on its way/).waitFor();
    },
  },
  {
    name: 'forgot-failing',
    state: 'failing',
    pose: async (page) => {
      await refuse(page, '/auth/forgot');
      await ask(page);
      await alert(page);
    },
  },
]);

const reset = async (page: Page, password: string): Promise<void> => {
  await at(page, '/reset#stale');
  await page.getByLabel('New password').fill(password);
  await press(page, 'Set password');
};

const RESET = of('/reset', [
  {
    name: 'reset',
    pose: async (page) => {
      await at(page, '/reset#token');
      await page.getByLabel('New password').waitFor();
    },
  },
  {
    name: 'reset-stale',
    state: 'failing',
    pose: async (page) => {
      await reset(page, 'a sentence nobody guesses');
      await alert(page);
    },
  },
]);

const VERIFY = of('/verify', [
  {
    name: 'verify',
    pose: async (page) => {
      await at(page, '/verify#token');
      await page.getByRole('button', { name: 'Confirm' }).waitFor();
    },
  },
  {
    name: 'verify-done',
    state: 'empty',
    pose: async (page) => {
      await answer(page, '/auth/confirm-email', { email: 'grace@example.com' });
      await at(page, '/verify#token');
      await press(page, 'Confirm');
      await page.getByText('grace@example.com is confirmed.').waitFor();
    },
  },
  {
    name: 'verify-stale',
    state: 'failing',
    pose: async (page) => {
      await at(page, '/verify#stale');
      await press(page, 'Confirm');
      await alert(page);
    },
  },
]);

const invited = async (page: Page, has_account: boolean): Promise<void> => {
  await answer(page, '/auth/invitation', {
    email: 'grace@example.com',
    has_account,
    invited_by: 'Ada Kovač',
    role: 'editor',
    roles: ['Releaser'],
    tenant_name: 'Northwind Trading',
    tenant_slug: 'northwind',
  });
  await at(page, '/invitation#token');
  await page.getByRole('heading', { name: 'Join Northwind Trading' }).waitFor();
};

const INVITATION = of('/invitation', [
  { name: 'invitation', pose: (page) => invited(page, false) },
  { name: 'invitation-known', pose: (page) => invited(page, true) },
  {
    name: 'invitation-loading',
    state: 'loading',
    pose: async (page) => {
      await page.route('**/api/v1/auth/invitation', () => undefined);
      await at(page, '/invitation#token');
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'invitation-stale',
    state: 'failing',
    pose: async (page) => {
      await at(page, '/invitation#stale');
      await alert(page);
    },
  },
]);

/** For who is not signed in. */
export const PUBLIC_SCENES: readonly Scene[] = [
  ...SIGN_IN,
  ...SIGN_UP,
  ...CHOOSE,
  ...FORGOT,
  ...RESET,
  ...VERIFY,
  ...INVITATION,
];
