import './lib/nonce';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { watchForNewRelease, watchForWaitingParts } from './app/new-release';
import { fetchMessages, localeOf, setUpMessages } from './i18n/setup';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

watchForNewRelease();
watchForWaitingParts();
await setUpMessages(localeOf(location.search));
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// When nothing else is to be done; Safari does not say when that is.
const whenIdle = 'requestIdleCallback' in globalThis ? requestIdleCallback : setTimeout;
whenIdle(() => void fetchMessages());
