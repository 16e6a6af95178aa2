import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SchemaOneAnswered } from '@/generated/api';
import { body, http } from '@/lib/http';
import { keyOf, settle } from '@/lib/order';
import { executionKeys } from './api';
import type { RetryVersion } from './types';

export type Answered = SchemaOneAnswered;

/** What is wished for many executions at once. */
export type Wish =
  | { what: 'cancel' | 'delete' }
  | { what: 'retry'; start_at: 'start' | 'failed'; version: RetryVersion };

/** The API takes so many at a time. */
const AT_ONCE = 100;

function sent(ids: string[], wish: Wish, key: string) {
  if (wish.what !== 'retry')
    return body(http.POST(`/api/v1/executions/${wish.what}`, { body: { ids } }));
  const { start_at, version } = wish;
  return body(
    http.POST('/api/v1/executions/retry', {
      params: { header: { 'Idempotency-Key': key } },
      body: { ids, start_at, version },
    }),
  );
}

/** The same wish for the same execution is one order, in whatever company it is given. */
const orderOf = (id: string, wish: Wish) => ['bulk', wish, id];

/** The ids by their keys: a new one for all, and for those whose answer was lost the one they had. */
function byKey(ids: readonly string[], wish: Wish): Map<string, string[]> {
  const fresh = crypto.randomUUID();
  const found = new Map<string, string[]>();
  for (const id of ids) {
    const key = keyOf(orderOf(id, wish), fresh);
    found.set(key, [...(found.get(key) ?? []), id]);
  }
  return found;
}

/**
 * Sends a wish for many executions, a hundred at a time, and keeps each one's answer. Where a request fails, sending
 * again goes on with those that have none, also from another dialog; with the same key nothing starts twice.
 */
export function useBulk(ids: readonly string[]) {
  const client = useQueryClient();
  const [answers, setAnswers] = useState<readonly Answered[]>([]);
  const mutation = useMutation({
    mutationFn: async (wish: Wish) => {
      let known = answers;
      const answered = new Set(known.map(({ id }) => id));
      const left = ids.filter((id) => !answered.has(id));
      for (const [key, those] of byKey(left, wish)) {
        for (let start = 0; start < those.length; start += AT_ONCE) {
          const { results } = await sent(those.slice(start, start + AT_ONCE), wish, key);
          for (const { id } of results) settle(orderOf(id, wish));
          known = [...known, ...results];
          setAnswers(known);
        }
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.all }),
  });
  return { ...mutation, answers, left: ids.length - answers.length };
}

/** The refused ones by what was said of them, those that were most often said first. */
export function refusalsOf(answers: readonly Answered[]): { message: string; ids: string[] }[] {
  const byMessage = new Map<string, string[]>();
  for (const { code, id, message } of answers) {
    if (code !== '') byMessage.set(message, [...(byMessage.get(message) ?? []), id]);
  }
  return [...byMessage]
    .map(([message, ids]) => ({ message, ids }))
    .sort((one, other) => other.ids.length - one.ids.length);
}
