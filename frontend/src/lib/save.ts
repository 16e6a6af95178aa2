/** Hands a text to the browser as a file to keep. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Only after the browser has taken it: a revoked address downloads nothing.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
