/** The selected node: what it is and how it is set. Reads the store. */
export function Inspector() {
  return null;
}
