/** For a field that appears because somebody wants to write: typing goes on there, over what it holds. */
export function takeFocus(field: HTMLInputElement | HTMLTextAreaElement | null): void {
  field?.focus();
  field?.select();
}
