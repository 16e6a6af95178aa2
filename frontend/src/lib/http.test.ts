import { HttpResponse, http as on } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import { body, cursorOf, http, whenSignedOut } from './http';
import { leave } from './leave';
import { ApiError } from './problem';

const failure = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => error as ApiError,
  );

beforeEach(() => {
  // jsdom refuses a __Host- cookie without https, as every browser does; the name is the server's business.
  document.cookie = 'other=1';
  whenSignedOut(() => undefined);
});

it('a refusal becomes an ApiError with code, request id and the fields it names', async () => {
  const errors = [{ path: '/name', code: 'blank', message: 'Give it a name.' }];
  server.use(
    on.get('*/api/v1/me', () => problem(422, 'invalid', 'The body is not acceptable.', errors)),
  );

  const error = await failure(body(http.GET('/api/v1/me')));

  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: 'invalid',
    requestId: 'req-test-1',
    message: 'The body is not acceptable.',
  });
  expect(error.field('name')).toBe('Give it a name.');
  expect(error.field('definition')).toBeUndefined();
});

it("a proxy's HTML page becomes an ApiError too", async () => {
  server.use(
    on.get(
      '*/api/v1/me',
      () => new HttpResponse('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' }),
    ),
  );

  expect(await failure(body(http.GET('/api/v1/me')))).toMatchObject({
    status: 502,
    code: 'http_502',
    message: 'Bad Gateway',
  });
});

it('no answer at all becomes an ApiError that may heal', async () => {
  server.use(on.get('*/api/v1/me', () => HttpResponse.error()));

  expect(await failure(body(http.GET('/api/v1/me')))).toMatchObject({ status: 0, code: 'offline' });
});

it('a 401 is answered by one refresh, shared by all who fail at the same time, and the request again', async () => {
  let isFresh = false;
  let refreshes = 0;
  server.use(
    on.get('*/api/v1/me', () =>
      isFresh ? HttpResponse.json({ name: 'Ada' }) : problem(401, 'expired', 'Expired.'),
    ),
    on.post('*/api/v1/auth/refresh', () => {
      refreshes += 1;
      isFresh = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );

  const answers = await Promise.all([body(http.GET('/api/v1/me')), body(http.GET('/api/v1/me'))]);

  expect(answers.map((me) => me.name)).toEqual(['Ada', 'Ada']);
  expect(refreshes).toBe(1);
});

it.each([
  ['no network', () => HttpResponse.error()],
  ['a server that is down', () => new HttpResponse(null, { status: 503 })],
])('%s in the middle of a refresh does not end the session', async (_, answer) => {
  const onSignedOut = vi.fn();
  whenSignedOut(onSignedOut);
  server.use(
    on.get('*/api/v1/me', () => problem(401, 'expired', 'Expired.')),
    on.post('*/api/v1/auth/refresh', answer),
  );

  expect(await failure(body(http.GET('/api/v1/me')))).toMatchObject({ status: 0, code: 'offline' });
  expect(onSignedOut).not.toHaveBeenCalled();
});

it('a body that was sent once is sent again after the refresh', async () => {
  const world = serve();
  let isFresh = false;
  server.use(
    on.post('*/api/v1/workflows', () =>
      isFresh ? undefined : problem(401, 'expired', 'Expired.'),
    ),
    on.post('*/api/v1/auth/refresh', () => {
      isFresh = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );

  await http.POST('/api/v1/workflows', { body: { name: 'Deploy', definition: { nodes: [] } } });

  expect(world.workflows.map((one) => one.name)).toEqual(['Deploy']);
});

it('a session that is over is said once, and the refusal still reaches the caller', async () => {
  serve({ me: null });
  const signedOut = vi.fn();
  whenSignedOut(signedOut);

  const error = await failure(body(http.GET('/api/v1/me')));

  expect(error.status).toBe(401);
  expect(signedOut).toHaveBeenCalledOnce();
});

it('a wrong password is no reason to refresh anything', async () => {
  serve();
  const signedOut = vi.fn();
  whenSignedOut(signedOut);

  const error = await failure(
    http.POST('/api/v1/auth/sign-in', { body: { email: 'a@b.c', password: 'wrong' } }),
  );

  expect(error.status).toBe(401);
  expect(signedOut).not.toHaveBeenCalled();
});

it('a tenant that asks for a second factor leads to where it is set up', async () => {
  const gone = vi.spyOn(leave, 'to').mockImplementation(() => undefined);
  server.use(on.get('*/api/v1/me', () => problem(403, 'second_factor_needed', 'Set it up first.')));

  const error = await failure(body(http.GET('/api/v1/me')));

  expect(error.code).toBe('second_factor_needed');
  expect(gone).toHaveBeenCalledWith(
    expect.stringMatching(/\/account\?notice=second_factor_needed$/),
  );
});

it('unsafe methods carry the CSRF token, safe ones do not', async () => {
  const tokens: (string | null)[] = [];
  server.use(
    on.all('*/api/v1/*', ({ request }) => {
      tokens.push(request.headers.get('X-CSRF-Token'));
      return HttpResponse.json({});
    }),
  );

  await http.GET('/api/v1/me');
  await http.POST('/api/v1/auth/sign-out');

  expect(tokens).toEqual([null, '']);
});

it('the cursor is read from the next link, and there is none on the last page', () => {
  expect(cursorOf('http://demo.localhost:8000/api/v1/executions?limit=50&cursor=bmV4dA')).toBe(
    'bmV4dA',
  );
  expect(cursorOf(null)).toBeNull();
});
