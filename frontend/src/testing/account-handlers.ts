import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaAccountOut, SchemaSessionOut, SchemaWantedOut } from '@/generated/api';
import { problem } from './world.ts';

/** What the pretended server knows of one person's account. Tests fill it and look at it. */
export interface AccountWorld {
  account: SchemaAccountOut;
  sessions: SchemaSessionOut[];
  invitation: SchemaWantedOut | null;
  /** Whether sensitive acts ask first who it is. */
  asksFirst: boolean;
}

export function makeAccountWorld(overrides: Partial<AccountWorld> = {}): AccountWorld {
  return {
    account: {
      id: 'user-1',
      email: 'ada@example.com',
      name: 'Ada',
      is_verified: true,
      has_app: false,
      recovery_codes: 0,
      passkeys: [],
      is_confirmed: true,
    },
    sessions: [],
    invitation: null,
    asksFirst: false,
    ...overrides,
  };
}

const done = (status = 204): Response => new HttpResponse(null, { status });
const stepUp = (): Response =>
  problem(403, 'step_up_needed', 'Confirm that it is you, then do it again.');

function byLetter(world: AccountWorld): RequestHandler[] {
  return [
    http.post('*/api/v1/auth/forgot', () => done(202)),
    http.post('*/api/v1/auth/reset', async ({ request }) => {
      const { token } = (await request.json()) as { token: string };
      return token === 'good'
        ? done()
        : problem(404, 'link_refused', 'This link is no longer good.');
    }),
    http.post('*/api/v1/auth/confirm-email', () =>
      HttpResponse.json({ email: world.account.email }),
    ),
    http.post('*/api/v1/auth/invitation', () =>
      world.invitation === null
        ? problem(404, 'invitation_not_found', 'There is no such invitation.')
        : HttpResponse.json(world.invitation),
    ),
    http.post('*/api/v1/auth/invitation/accept', () =>
      HttpResponse.json({ redirect: 'http://demo.localhost/' }),
    ),
    http.post('*/api/v1/auth/invitation/sign-up', () =>
      HttpResponse.json({ redirect: 'http://demo.localhost/' }, { status: 201 }),
    ),
    http.post('*/api/v1/auth/second-factor', async ({ request }) => {
      const { code } = (await request.json()) as { code: string };
      return code === '123456'
        ? HttpResponse.json({ user: null, tenants: [], redirect: '/workflows', challenge: null })
        : problem(422, 'code_refused', 'This code is not good.');
    }),
  ];
}

function own(world: AccountWorld): RequestHandler[] {
  return [
    http.get('*/api/v1/account', () => HttpResponse.json(world.account)),
    http.get('*/api/v1/account/sessions', () =>
      HttpResponse.json({ results: world.sessions, next: null, previous: null }),
    ),
    http.delete('*/api/v1/account/sessions/:root', ({ params }) => {
      world.sessions = world.sessions.filter((each) => each.id !== params.root);
      return done();
    }),
    http.post('*/api/v1/account/app', () =>
      world.asksFirst
        ? stepUp()
        : HttpResponse.json({ secret: 'ABCDEFGH', uri: 'otpauth://totp/x' }, { status: 201 }),
    ),
    http.post('*/api/v1/account/app/confirm', () => {
      world.account = { ...world.account, has_app: true, recovery_codes: 10 };
      return HttpResponse.json({ recovery_codes: ['aaaa-bbbb-cccc-dddd'] });
    }),
    http.post('*/api/v1/auth/confirm/begin', () => HttpResponse.json({ challenge: null })),
    http.post('*/api/v1/auth/confirm', () => {
      world.asksFirst = false;
      return done();
    }),
    http.post('*/api/v1/account/password', async ({ request }) => {
      const { password } = (await request.json()) as { password: string };
      if (password === 'right') return done();
      const message = 'This is not your password.';
      return problem(422, 'password_wrong', message, [
        { path: '/password', code: 'password_wrong', message },
      ]);
    }),
  ];
}

export const accountHandlers = (world: AccountWorld): RequestHandler[] => [
  ...byLetter(world),
  ...own(world),
];
