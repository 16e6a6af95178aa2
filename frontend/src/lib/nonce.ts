import { setNonce } from 'get-nonce';

/**
 * The nonce of this page's style-src. Radix and cmdk lock the scroll with a `<style>` of their own; without the nonce
 * the browser refuses it. Must be imported before the first render.
 */
const nonce = document.querySelector<HTMLElement>('meta[name=csp-nonce]')?.nonce ?? '';

if (nonce !== '') setNonce(nonce);
