/** At the right end of the top bar: starts an execution, or stops the one that runs. Reads the store. */
export function RunActions() {
  return null;
}
