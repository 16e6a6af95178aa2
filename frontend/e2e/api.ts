import type { Page } from 'playwright-core';
import { demo } from './stage.ts';

export type Api = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<Record<string, unknown>>;

interface Asked {
  method: string;
  path: string;
  body: unknown;
  csrf: string;
}

/** Calls the API from within the page, as the screen does. */
export function apiOf(page: Page): Api {
  return async (method, path, body) => {
    const cookies = await page.context().cookies(demo.base_url);
    const csrf = cookies.find(({ name }) => name.endsWith('gorax_csrf'))?.value ?? '';
    return page.evaluate(
      async (asked: Asked) => {
        const answer = await fetch(`/api/v1${asked.path}`, {
          method: asked.method,
          headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': asked.csrf },
          ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
        });
        const told = await answer.text();
        if (!answer.ok) throw new Error(`${asked.method} ${asked.path}: ${answer.status} ${told}`);
        return (told === '' ? {} : JSON.parse(told)) as Record<string, unknown>;
      },
      { method, path, body, csrf } satisfies Asked,
    );
  };
}
