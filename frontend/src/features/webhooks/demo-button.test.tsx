import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { makeWebhook, makeWorkflow } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { DemoButton } from './facade';

describe('the way to send the demo delivery', () => {
  it('stands in the rows whose webhook takes it, and one question is asked for all rows', async () => {
    const workflows = ['a', 'b', 'c'].map((name) => makeWorkflow({ name }));
    serve({ workflows, webhooks: [makeWebhook({ workflow_id: workflows[1]!.id })] });
    const asked: string[] = [];
    server.events.on('request:start', ({ request }) => {
      const { pathname } = new URL(request.url);
      if (pathname.includes('/webhooks')) asked.push(request.url);
    });
    renderAt(
      '/',
      <ul>
        {workflows.map(({ id, name }) => (
          <li key={id} aria-label={name}>
            <DemoButton workflowId={id} />
          </li>
        ))}
      </ul>,
    );

    const button = await screen.findByRole('button', { name: 'Send the demo delivery' });
    expect(button.closest('li')).toHaveAccessibleName('b');
    expect(screen.getAllByRole('button')).toHaveLength(1);
    expect(asked).toHaveLength(1);
    server.events.removeAllListeners();
  });
});
