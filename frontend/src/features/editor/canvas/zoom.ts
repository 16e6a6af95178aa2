/** A thousand nodes beside each other are seen whole. */
export const LEAST_ZOOM = 0.05;
export const FIT = { padding: 0.12, maxZoom: 1, minZoom: LEAST_ZOOM };
