/**
 * Fetches a part of the screen; without a network it waits for one, so that whoever works on loses no page for the sake of
 * a panel. Rejected where the part cannot be had with a network either.
 */
export async function patient<Part>(fetchPart: () => Promise<Part>): Promise<Part> {
  try {
    return await fetchPart();
  } catch (reason) {
    if (navigator.onLine) throw reason;
    await new Promise<void>((goOn) => addEventListener('online', () => goOn(), { once: true }));
    return patient(fetchPart);
  }
}
