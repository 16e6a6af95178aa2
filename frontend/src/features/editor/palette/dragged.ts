/** What a node that is dragged out of the palette is called while it is on its way. */
export const DRAGGED_TYPE = 'application/x-gorax-node-type';
