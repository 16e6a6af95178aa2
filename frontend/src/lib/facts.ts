/** What the server tells the page about itself, as JSON in `<script type="application/json" id="facts">`. */
export interface Facts {
  /** The host of sign-up and sign-in; false on a tenant's host. A one-host install is both: false, with `public_url` its own. */
  is_public_host: boolean;
  public_url: string;
  /** Where WebSockets are served, such as `ws://demo.localhost:8001`. */
  live_url: string;
  csrf_cookie_name: string;
  theme: Theme;
  tenant: { slug: string; name: string } | null;
}

export type Theme = 'system' | 'light' | 'dark';

const DEFAULTS: Facts = {
  is_public_host: false,
  public_url: '',
  live_url: '',
  csrf_cookie_name: '__Host-gorax_csrf',
  theme: 'system',
  tenant: null,
};

function read(): Facts {
  const text = document.getElementById('facts')?.textContent;
  if (text === undefined || text === '') return DEFAULTS;
  return { ...DEFAULTS, ...(JSON.parse(text) as Partial<Facts>) };
}

export const facts: Facts = read();
