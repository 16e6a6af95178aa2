import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import { codeOf } from '../authenticator.ts';
import { join } from '../people.ts';
import { openProvider } from '../provider.ts';
import { demo, visit } from '../stage.ts';
import { node } from './parts.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

const PAYROLL = { nodes: [node('start', 'trigger:manual', 'Once a month', {})], edges: [] };

/** Keys, members, a workflow for some alone, and accounts: connected, and not yet. Returns the workflow. */
export async function tellWho(page: Page): Promise<string> {
  const api = apiOf(page);
  const known = (await api('GET', '/workflows?limit=100')).results as {
    id: string;
    name: string;
  }[];
  const before = known.find(({ name }) => name === 'Payroll');
  if (before !== undefined) return before.id;
  const keys = [
    { name: 'Deployments of the shop', scopes: ['workflow.read', 'workflow.execute'] },
    { name: 'Trial', scopes: ['workflow.read'], expires_at: inDays(3) },
    {
      name: 'The report to the accountants in Ljubljana and to the archive, every night',
      scopes: ['workflow.read', 'execution.read', 'execution.cancel', 'credential.read'],
      expires_at: inDays(80),
    },
  ];
  for (const one of keys) await api('POST', '/api-keys', one);
  for (const [name, role] of [
    ['Deployments of the shop', 'operator'],
    ['The report to the accountants in Ljubljana and to the archive', 'viewer'],
  ])
    await api('POST', '/service-accounts', { name, role });
  const workflow = await api('POST', '/workflows', { name: 'Payroll', definition: PAYROLL });
  const path = `/workflows/${String(workflow.id)}`;
  await api('POST', `${path}/restrict`);
  const mina = await join(page, 'Mina', 'editor');
  const me = await apiOf(mina.page)('GET', '/me');
  await mina.context.close();
  await (await join(page, 'Otto', 'viewer')).context.close();
  await api('PUT', `${path}/shares/members/${String(me.id)}`, { level: 'editor' });
  await api('PUT', `${path}/shares/roles/operator`, { level: 'viewer' });
  await connect(page);
  await api('POST', '/credentials', {
    name: 'gift-cards',
    type: 'bearer_token',
    values: { token: 't' },
    expires_at: inDays(3),
  });
  await tellTenant(page);
  return String(workflow.id);
}

/** Who was asked in, what the trail is sent to, a role of the tenant's own, and a provider that nobody signs in by yet. */
async function tellTenant(page: Page): Promise<void> {
  const api = apiOf(page);
  await api('POST', '/invitations', { email: 'sam@example.com', role: 'viewer' });
  await api('POST', '/roles', {
    name: 'Releaser',
    description: 'Publishes and runs what others have built',
    permissions: ['workflow.read', 'workflow.update', 'workflow.execute', 'execution.read'],
  });
  await api('POST', '/audit/streams', { name: 'SIEM', url: `${demo.receiver_url}/ok` });
  await api('POST', '/audit/streams', {
    name: 'Syslog in Frankfurt',
    url: 'syslog+tls://logs.example.com:6514',
  });
  await api('POST', '/sso/connections', {
    name: 'Okta',
    issuer: 'https://acme.okta.example',
    client_id: '0oa1b2c3d4',
    client_secret: 'not a real one',
  });
}

/** Two accounts at a provider; to one of them somebody says yes. */
async function connect(page: Page): Promise<void> {
  const { issuer, client_id, client_secret } = await openProvider();
  const values = { provider: 'generic', client_id, client_secret, issuer, scopes: 'read write' };
  const api = apiOf(page);
  for (const name of ['crm', 'calendar'])
    await api('POST', '/credentials', { name, type: 'oauth2', values });
  const made = (await api('GET', '/credentials')).results as { id: string; name: string }[];
  const { id } = made.find(({ name }) => name === 'calendar') ?? { id: '' };
  const { authorization_url: url } = await api('POST', `/credentials/${id}/connect`, {});
  const there = await page.context().newPage();
  await there.goto(String(url));
  await there.getByRole('link', { name: 'Allow' }).click();
  await there.getByText('is connected').waitFor();
  await there.close();
}

/** Leaves a browser in which an operator acts as a member of the demo's tenant. */
export async function actAsMember(): ReturnType<typeof visit> {
  const operator = await visit();
  const { page } = operator;
  await page.goto(`${demo.public_url}/sign-in?back=/account`);
  await page.getByLabel('E-mail').fill(demo.operator_email);
  await page.getByLabel('Password', { exact: true }).fill(demo.operator_password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const secret = await page.locator('code').innerText();
  await page.getByLabel('Code of your app').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Turn on' }).click();
  const codes = page.getByRole('region', { name: 'Two-step sign-in' }).getByRole('listitem');
  const recovery = await codes.first().innerText();
  await page.goto(`${demo.public_url}/admin/login/?next=/admin/tenants/tenant/`);
  await page.locator('[name=username]').fill(demo.operator_email);
  await page.locator('[name=password]').fill(demo.operator_password);
  await page.locator('[name=code]').fill(recovery);
  await page.locator('[type=submit]').first().click();
  await page.getByRole('link', { name: 'demo', exact: false }).first().click();
  await page.getByRole('link', { name: 'Act as a member' }).click();
  await page.locator('[name=member]').selectOption({ index: 1 });
  await page.locator('[name=reason]').fill('They asked us why a run waits.');
  await page.getByRole('button', { name: 'Act as this member' }).click();
  await page.getByRole('link', { name: /^Go to / }).click();
  await page.getByText(/you act as/).waitFor();
  return operator;
}
