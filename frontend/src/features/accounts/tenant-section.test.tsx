import { screen, within } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { makeTenant } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import { TenantSection } from './components/tenant-section';

const TENANTS = [
  makeTenant({ name: 'Mine', slug: 'mine' }),
  makeTenant({ name: 'Theirs', slug: 'theirs', role: 'admin' }),
];

describe('the tenants that I own', () => {
  it('deletes one whose address is typed, and takes it back', async () => {
    serve({ tenants: TENANTS });
    const { user } = renderAt('/account', <TenantSection />);
    await user.click(await screen.findByRole('button', { name: 'Delete… Mine' }));
    expect(screen.queryByText('Theirs')).not.toBeInTheDocument();
    const dialog = screen.getByRole('dialog', { name: 'Delete Mine?' });
    const field = within(dialog).getByLabelText('Type mine to go on');

    await user.type(field, 'min');
    await user.click(within(dialog).getByRole('button', { name: 'Delete this tenant' }));
    expect(await within(dialog).findByText(/exactly as it is/)).toBeVisible();
    await user.type(field, 'e');
    await user.click(within(dialog).getByRole('button', { name: 'Delete this tenant' }));

    expect(await screen.findByText(/^Stands still; deleted after Dec 30, 2026/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Take back Mine' }));
    expect(await screen.findByRole('button', { name: 'Delete… Mine' })).toBeVisible();
  });

  it('asks first who it is, and goes on by itself', async () => {
    const world = serve({ tenants: TENANTS });
    let isKnown = false;
    server.use(
      http.post('*/api/v1/tenants/:id/deletion', () =>
        isKnown ? undefined : problem(403, 'step_up_needed', 'Confirm that it is you.'),
      ),
      http.post('*/api/v1/auth/confirm/begin', () => HttpResponse.json({ challenge: null })),
      http.post('*/api/v1/auth/confirm', () => {
        isKnown = true;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderAt('/account', <TenantSection />);
    await user.click(await screen.findByRole('button', { name: 'Delete… Mine' }));
    await user.type(screen.getByLabelText('Type mine to go on'), 'mine');
    await user.click(screen.getByRole('button', { name: 'Delete this tenant' }));

    const question = await screen.findByRole('dialog', { name: 'Is it you?' });
    await user.type(await within(question).findByLabelText('Password'), 'a good password');
    await user.click(within(question).getByRole('button', { name: 'Confirm' }));

    expect(await screen.findByText(/^Stands still/)).toBeVisible();
    expect(world.tenants[0]?.status).toBe('leaving');
  });
});
