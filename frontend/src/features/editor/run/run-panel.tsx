/** Below the canvas: an execution of this workflow, with the input and output of the selected node. Reads the store. */
export function RunPanel() {
  return null;
}
