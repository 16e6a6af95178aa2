import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '@/generated/api';
import { facts } from './facts';
import { leave } from './leave';
import { ApiError, toApiError } from './problem';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const REFRESH = '/api/v1/auth/refresh';

/** Returns the cookie's value, or "" where there is none. */
function cookie(name: string): string {
  const found = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`));
  return found === undefined ? '' : decodeURIComponent(found.slice(name.length + 1));
}

function withCsrf(request: Request): Request {
  if (!SAFE.has(request.method))
    request.headers.set('X-CSRF-Token', cookie(facts.csrf_cookie_name));
  return request;
}

let refreshing: Promise<boolean> | null = null;

/** No, not now: a server that does not answer has not said that the session is over. */
function saysOver({ ok, status }: Response): boolean {
  if (status === 429 || status >= 500) throw new Error('nobody has said');
  return !ok;
}

/**
 * Renews the access cookie; false: the session is over. Rejected where nobody has said so. Requests that fail at the same
 * time share one call; other tabs get the same cookies from theirs.
 */
function refresh(): Promise<boolean> {
  refreshing ??= fetch(withCsrf(new Request(new URL(REFRESH, location.origin), { method: 'POST' })))
    .then((response) => !saysOver(response))
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

let onSignedOut: () => void = () => undefined;

/** Says what to do when the session is over. */
export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

async function send(request: Request): Promise<Response> {
  const copy = request.clone();
  const response = await fetch(withCsrf(request));
  if (response.status !== 401 || new URL(request.url).pathname.startsWith('/api/v1/auth/'))
    return response;
  if (await refresh()) return fetch(withCsrf(copy));
  onSignedOut();
  return response;
}

/** fetch with the CSRF header; a 401 is answered by one refresh, then by the way to sign in. */
async function guardedFetch(request: Request): Promise<Response> {
  try {
    return await send(request);
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw new ApiError(0, { code: 'offline', detail: 'The server does not answer.' });
  }
}

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    const refusal = toApiError(response, body);
    // The tenant asks for a second factor that this session has not shown; it is set up where people sign in.
    if (refusal.code === 'second_factor_needed' && !facts.is_public_host)
      leave.to(`${facts.public_url}/account?notice=second_factor_needed`);
    throw refusal;
  },
};

export const http = createClient<paths>({ baseUrl: location.origin, fetch: guardedFetch });
http.use(throwProblems);

/** Returns the answer's object. Refusals were thrown before, so a missing body is the server's mistake. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined)
    throw new ApiError(502, { code: 'empty_answer', detail: 'The server sent an empty answer.' });
  return data;
}

/** Returns the `cursor` of a list's next page, or null on the last one. */
export function cursorOf(next: string | null): string | null {
  return next === null ? null : new URL(next, location.origin).searchParams.get('cursor');
}
