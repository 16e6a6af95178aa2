/** What the browser remembers between visits. Blocked storage (private windows) means: remembers nothing. */
export const memory = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(`gorax.${name}`);
    } catch {
      return null;
    }
  },
  set(name: string, value: string): void {
    try {
      localStorage.setItem(`gorax.${name}`, value);
    } catch {
      // The choice holds for this page only.
    }
  },
  forget(name: string): void {
    try {
      localStorage.removeItem(`gorax.${name}`);
    } catch {
      // Nothing was remembered.
    }
  },
  /** The names that begin with `prefix`. */
  names(prefix: string): string[] {
    try {
      const start = 'gorax.'.length;
      return Object.keys(localStorage)
        .map((key) => key.slice(start))
        .filter((name) => name.startsWith(prefix));
    } catch {
      return [];
    }
  },
};
