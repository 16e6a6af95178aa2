/** The graph as a list that says the same. */
export function Outline() {
  return null;
}
