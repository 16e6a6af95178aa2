import { create } from 'zustand';
import { facts } from './facts';

const useTimesRenamed = create(() => ({ times: 0 }));

/** What this tenant is called; null on a host that is no tenant's. */
export function useTenantName(): string | null {
  useTimesRenamed();
  return facts.tenant?.name ?? null;
}

/** It is called something else from now on: what the server said when the page was loaded is old. */
export function callTenant(name: string): void {
  if (facts.tenant !== null) facts.tenant = { ...facts.tenant, name };
  useTimesRenamed.setState(({ times }) => ({ times: times + 1 }));
}
