import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeWebhook } from '@/testing/makers';
import { server } from '@/testing/server';
import { inspect } from './inspecting';

const listed = (webhook: ReturnType<typeof makeWebhook> | null) =>
  server.use(
    http.get('*/api/v1/webhooks', () =>
      HttpResponse.json({ results: webhook === null ? [] : [webhook], next: null, previous: null }),
    ),
  );

describe('the node of a webhook', () => {
  it('shows where to send, and leads to what senders need', async () => {
    const webhook = makeWebhook({ node_id: 'act', warnings: ['secret_missing'] });
    const opened = inspect('trigger:webhook', {});
    listed(webhook);
    await opened;

    expect(await screen.findByText(webhook.url)).toBeVisible();
    expect(screen.getByText('No secret')).toBeVisible();
    expect(screen.getByRole('link', { name: /Make a secret/ })).toHaveAttribute(
      'href',
      `/webhook/${webhook.id}`,
    );
  });

  it('says when it gets an address', async () => {
    const opened = inspect('trigger:webhook', {});
    listed(null);
    await opened;

    expect(await screen.findByText(/once the workflow is published/)).toBeVisible();
  });
});
