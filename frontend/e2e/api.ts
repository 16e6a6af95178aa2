import type { Page } from 'playwright-core';

export type Api = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Record<string, unknown>>;

interface Asked {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

/** Calls the API from within the page, as the screen does. */
export function apiOf(page: Page): Api {
  return async (method, path, body, beside) => {
    const cookies = await page.context().cookies(page.url());
    const csrf = cookies.find(({ name }) => name.endsWith('gorax_csrf'))?.value ?? '';
    const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, ...beside };
    return page.evaluate(
      async (asked: Asked) => {
        const answer = await fetch(`/api/v1${asked.path}`, {
          method: asked.method,
          headers: asked.headers,
          ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
        });
        const told = await answer.text();
        if (!answer.ok) throw new Error(`${asked.method} ${asked.path}: ${answer.status} ${told}`);
        return (told === '' ? {} : JSON.parse(told)) as Record<string, unknown>;
      },
      { method, path, body, headers } satisfies Asked,
    );
  };
}
