import { useEffect } from 'react';
import { facts } from './facts';

/** Names the page in the browser's tab and history: what it shows first, where it is after that. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = [title, facts.tenant?.name ?? 'gorax'].filter(Boolean).join(' · ');
  }, [title]);
}
