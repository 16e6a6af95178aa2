import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse, http } from 'msw';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { facts } from '@/lib/facts';
import { leave } from '@/lib/leave';
import { makeMe } from '@/testing/makers';
import { renderAt } from '@/testing/render';
import { serve, server } from '@/testing/server';
import { ActingBanner } from './acting-banner';

let gone: string[] = [];

beforeEach(() => {
  gone = [];
  vi.spyOn(leave, 'to').mockImplementation((url) => {
    gone.push(url);
  });
  facts.public_url = 'http://localhost:8000';
});

const acting = (ms: number) =>
  makeMe({
    kind: 'operator',
    acting: { email: 'op@x.test', until: new Date(Date.now() + ms).toISOString() },
  });

describe('the banner of an operator who acts as a member', () => {
  it('says who acts as whom, and its button ends it and leads back to the admin', async () => {
    serve({ me: acting(900_000) });
    let ended = 0;
    server.use(
      http.post('*/api/v1/auth/sign-out', () => {
        ended += 1;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderAt('/', <ActingBanner />);

    const banner = await screen.findByRole('region', { name: 'You act as somebody else' });
    expect(banner).toHaveTextContent('op@x.test, you act as ada@example.com until');
    await userEvent.click(screen.getByRole('button', { name: 'End' }));

    await vi.waitFor(() => expect(gone).toEqual(['http://localhost:8000/admin/']));
    expect(ended).toBe(1);
  });

  it('leads away by itself when the time is over', async () => {
    serve({ me: acting(40) });
    renderAt('/', <ActingBanner />);

    await vi.waitFor(() => expect(gone).toEqual(['http://localhost:8000/admin/']));
  });

  it('is not there for a member', async () => {
    serve({ me: makeMe() });
    renderAt('/', <ActingBanner />);
    await act(async () => {
      await Promise.resolve();
    });

    expect(screen.queryByRole('region')).toBeNull();
  });
});
