import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { memory } from '@/lib/storage';

const KEY = 'recent';
const KEPT = 6;
/** Pages about one thing; lists are always there. */
const ONE_THING = /^\/(workflows|executions)\/[0-9a-f-]{36}$/;

/** The addresses of what was looked at last, the latest first. */
export function recent(): string[] {
  try {
    const stored: unknown = JSON.parse(memory.get(KEY) ?? '[]');
    const list: unknown[] = Array.isArray(stored) ? stored : [];
    return list.filter((one): one is string => typeof one === 'string' && ONE_THING.test(one));
  } catch {
    return [];
  }
}

/** Remembers each page about one thing that is opened. */
export function useRemembering(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    if (!ONE_THING.test(pathname)) return;
    const others = recent().filter((one) => one !== pathname);
    memory.set(KEY, JSON.stringify([pathname, ...others].slice(0, KEPT)));
  }, [pathname]);
}
