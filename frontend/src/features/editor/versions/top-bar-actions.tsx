/** In the top bar, left of Run: versions, sharing, publishing, and the menu of the rest. Reads the store. */
export function TopBarActions() {
  return null;
}
