import { lazy } from 'react';

/** Dialogs that other features open; each is fetched when it is. */
export const JsonDialog = lazy(() => import('./components/json-dialog'));
export const RunDialog = lazy(() => import('./components/run-dialog'));
export const ShareDialog = lazy(() => import('./components/share-dialog'));
