import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { describe, expect, it } from 'vitest';
import { ago, makeMe, makeWebhook, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve } from '@/testing/server';
import WebhooksPage from './components/webhooks-page';

const open = (path = '/webhooks') =>
  renderAt(
    path,
    <Routes>
      <Route path="/webhooks" element={<WebhooksPage />} />
      <Route path="*" element={null} />
    </Routes>,
  );

const workflow = makeWorkflow({ name: 'Deploy on push' });
const push = makeWebhook({
  workflow_id: workflow.id,
  last_event: { id: 'e', status: 'accepted', execution_id: 'x', created_at: ago(180) },
  day: { accepted: 1_000, filtered: 0, filter_error: 2, is_capped: true },
});
const refunds = makeWebhook({
  name: 'Refund asked for',
  url: 'http://demo.localhost:8000/webhooks/refunds',
  auth_type: 'stripe',
  is_paused: true,
});
const orphan = makeWebhook({ name: 'Parcel', is_active: false, auth_type: 'none' });

const names = () => screen.getAllByRole('link').map((link) => link.textContent);

describe('the list of webhooks', () => {
  it('tells path, workflow, verification, state, last event and counts of each', async () => {
    serve({ workflows: [workflow], webhooks: [push] });
    open();

    const row = within((await screen.findByRole('link', { name: 'GitHub push' })).closest('li')!);
    expect(row.getByText('/webhooks/gh-5f2c8a1e')).toBeVisible();
    expect(await row.findByText('Deploy on push')).toBeVisible();
    expect(row.getByText('GitHub')).toBeVisible();
    expect(row.getByText('Listening')).toBeVisible();
    expect(row.getByText('3 min. ago')).toBeVisible();
    expect(row.getByText(/≥ 1,000 started/)).toBeVisible();
    expect(row.getByText('2 not judged')).toBeVisible();
    expect(row.getByRole('button', { name: 'Copy the address of GitHub push' })).toBeVisible();
  });

  it('says why one does not listen', async () => {
    const bare = makeWebhook({ name: 'Bare', warnings: ['secret_missing'] });
    serve({ webhooks: [refunds, orphan, bare] });
    open();

    expect(await screen.findByText('Paused')).toBeVisible();
    expect(screen.getByText('Workflow is off')).toBeVisible();
    expect(screen.getByText('No secret')).toBeVisible();
    expect(screen.getAllByText('Nothing yet')).toHaveLength(3);
  });

  it('keeps its filters in the address', async () => {
    serve({ webhooks: [push, refunds, orphan] });
    const { user, address } = open('/webhooks?auth=stripe');
    await waitFor(() => expect(names()).toEqual(['Refund asked for']));

    await user.click(screen.getByRole('button', { name: 'Verification: Stripe' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Any verification' }));
    await user.click(screen.getByRole('button', { name: 'State: Any state' }));
    await user.click(await screen.findByRole('menuitemradio', { name: 'Workflow is off' }));

    await waitFor(() => expect(names()).toEqual(['Parcel']));
    expect(address()).toBe('/webhooks?state=inactive');
    await user.type(screen.getByRole('searchbox'), 'push');
    expect(await screen.findByText('No webhook fits.')).toBeVisible();
    await user.click(screen.getByRole('link', { name: 'Clear the filters' }));
    await waitFor(() => expect(names()).toHaveLength(3));
  });

  it('is walked by J and K, and each row leads to its page', async () => {
    serve({ webhooks: [push, refunds] });
    const { user, address } = open();
    await screen.findByRole('link', { name: 'GitHub push' });

    await user.keyboard('jj');
    expect(screen.getByRole('link', { name: 'Refund asked for' })).toHaveFocus();
    await user.keyboard('k{Enter}');

    expect(address()).toBe(`/webhook/${push.id}`);
  });

  it('teaches the next step where there is none yet', async () => {
    serve({ webhooks: [] });
    open();

    expect(await screen.findByText('No webhook yet')).toBeVisible();
    expect(screen.getByRole('link', { name: 'To the workflows' })).toBeVisible();
  });

  it('asks nothing for whoever may not see them, and says what it takes', async () => {
    serve({ me: makeMe({ permissions: [] }), webhooks: [push] });
    open();

    expect(await screen.findByText(/webhook\.read/)).toBeVisible();
    expect(screen.queryByText('GitHub push')).not.toBeInTheDocument();
  });
});
