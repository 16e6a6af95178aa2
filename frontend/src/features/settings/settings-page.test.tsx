import { renderHook, screen, waitFor, within } from '@testing-library/react';
import { http } from 'msw';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { facts } from '@/lib/facts';
import { useLetterKeys } from '@/lib/keys';
import { leave } from '@/lib/leave';
import { useTenantName } from '@/lib/tenant';
import { useTheme } from '@/lib/theme';
import { makeMe } from '@/testing/makers';
import { ALL, HELD, makePeople } from '@/testing/people-world';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { problem } from '@/testing/world';
import SettingsPage from './components/settings-page';

function open(me = makeMe({ permissions: ALL }), people = makePeople()) {
  const world = serve({ me, people });
  return { world, ...renderAt('/settings', <SettingsPage />) };
}

const panel = async (name: string) => within(await screen.findByRole('region', { name }));

afterEach(() => {
  useLetterKeys.getState().set(true);
  useTheme.getState().choose('system');
});

describe('settings', () => {
  it('says what the plan allows and how much of it is used', async () => {
    const months = [
      {
        month: '2026-11-01',
        executions: 48_120,
        steps: 260_400,
        stored_bytes: 5_900_000,
        seats: 5,
        api_calls: 12,
      },
    ];
    open(undefined, makePeople({ months }));

    const usage = await panel('Plan and usage');
    expect(usage.getByText('The plan is called professional.')).toBeVisible();
    expect(usage.getByText('4,630 of 5,000')).toBeVisible();
    expect(usage.getByText('Begins anew in 6 hr.')).toBeVisible();
    expect((await usage.findByRole('row', { name: /November 2026/ })).textContent).toBe(
      'November 202648,120260,4005.9 MB512',
    );
  });

  it('says that nothing is limited where nothing is', async () => {
    const usage = {
      plan: 'unlimited',
      weight: 1,
      limits: [{ name: 'workflows', limit: null, used: 3, resets_in_s: null }],
    };
    open(undefined, makePeople({ usage }));

    expect(await screen.findByText('3, no limit')).toBeVisible();
  });

  it('switches what operators may, and shows what the server refuses', async () => {
    const { user, world } = open();
    const security = await panel('Security');

    await user.click(await security.findByRole('switch', { name: 'Let operators act as members' }));
    await waitFor(() => expect(world.people.security.allows_acting).toBe(false));
    await user.click(security.getByRole('switch', { name: 'Ask everybody for a second factor' }));

    expect(await security.findByRole('alert')).toHaveTextContent(
      'Show a second factor yourself first.Request req-test-1',
    );
  });

  it('lets websites in, one a line, and names the one that is wrong', async () => {
    const { user, world } = open();
    const cors = await panel('Other websites');
    const origins = await cors.findByLabelText('Origins');

    await user.type(origins, 'https://app.acme.test\nacme.test/path');
    await user.click(cors.getByRole('button', { name: 'Save' }));
    expect(await cors.findByText(/“acme\.test\/path” is no origin/)).toBeVisible();
    await user.clear(origins);
    await user.type(origins, 'https://app.acme.test');
    await user.click(cors.getByRole('checkbox', { name: 'PATCH' }));
    await user.click(cors.getByRole('button', { name: 'Save' }));

    await waitFor(() =>
      expect(world.people.cors).toEqual({
        origins: ['https://app.acme.test'],
        methods: ['GET', 'POST', 'PATCH'],
        headers: [],
        max_age_s: 600,
      }),
    );
  });

  it('is called something else at once, everywhere; its address stays', async () => {
    facts.tenant = { slug: 'demo', name: 'Demo' };
    const { user, world } = open();
    const tenant = await panel('Tenant');
    await waitFor(() => expect(tenant.getByLabelText('Name')).not.toHaveAttribute('readonly'));
    const field = await tenant.findByDisplayValue('Demo');

    await user.clear(field);
    await user.click(tenant.getByRole('button', { name: 'Rename' }));
    expect(await tenant.findByText('Give it a name.')).toBeVisible();
    await user.type(field, 'Taken');
    await user.click(tenant.getByRole('button', { name: 'Rename' }));
    expect(await tenant.findByText('Another tenant is called so.')).toBeVisible();
    await user.clear(field);
    await user.type(field, '  Acme Labs ');
    await user.click(tenant.getByRole('button', { name: 'Rename' }));

    await waitFor(() => expect(world.people.tenant.name).toBe('Acme Labs'));
    expect(await tenant.findByDisplayValue('Acme Labs')).toBeVisible();
    const { result } = renderHook(() => useTenantName());
    expect(result.current).toBe('Acme Labs');
    facts.tenant = null;
  });

  it('says what the server refuses of methods, which have no field of their own', async () => {
    const { user } = open();
    const cors = await panel('Other websites');
    await cors.findByLabelText('Origins');
    server.use(
      http.put('*/api/v1/tenant/cors', () =>
        problem(422, 'invalid', 'The request is not acceptable.', [
          { path: '/methods', code: 'empty', message: 'Choose at least one method.' },
        ]),
      ),
    );

    await user.click(cors.getByRole('button', { name: 'Save' }));

    expect(await cors.findByRole('alert')).toHaveTextContent('Choose at least one method.');
  });

  it('leads an owner to where a tenant is deleted, and tells everybody else why not', async () => {
    const left = vi.spyOn(leave, 'to').mockReturnValue();
    facts.public_url = 'http://localhost:8000';
    const { user, unmount } = open();
    await user.click(await screen.findByRole('button', { name: 'Delete it in your account' }));
    expect(left).toHaveBeenCalledWith('http://localhost:8000/account');
    unmount();

    open(makeMe({ role: 'admin', permissions: ALL }));
    expect(
      await screen.findByText('Only an owner deletes a tenant.', { selector: 'p' }),
    ).toBeVisible();
  });

  it('keeps theme and keys in this browser', async () => {
    const { user } = open();
    const mine = await panel('This screen');

    await user.click(mine.getByRole('button', { name: 'Dark' }));
    await user.click(mine.getByRole('switch', { name: 'Single-letter shortcuts' }));

    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(useLetterKeys.getState().areOn).toBe(false);
  });

  it('can be read by who may change nothing', async () => {
    open(makeMe({ role: 'viewer', permissions: HELD.viewer }));
    const security = await panel('Security');

    expect(
      await security.findByRole('switch', { name: 'Ask everybody for a second factor' }),
    ).toHaveAttribute('aria-disabled', 'true');
    expect(security.getAllByText(/needs the permission tenant\.update/)).toHaveLength(2);
  });

  it('shows an operator of the tenant only what is theirs', async () => {
    open(makeMe({ role: 'operator', permissions: HELD.operator }));

    expect(await screen.findByText(/needs the permission tenant\.read/)).toBeVisible();
    expect(screen.getByRole('region', { name: 'This screen' })).toBeVisible();
  });
});
