import { QueryClientProvider, useMutation } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { makeQueryClient } from './query';

function Form() {
  const send = useMutation({ mutationFn: (secret: string) => Promise.resolve(`kept ${secret}`) });
  return (
    <button type="button" onClick={() => send.mutate('hunter2')}>
      {send.data ?? 'Send'}
    </button>
  );
}

function Page() {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      {isOpen && <Form />}
      <button type="button" onClick={() => setOpen(false)}>
        Close
      </button>
    </>
  );
}

it('forgets what was sent and answered with the form that sent it', async () => {
  const client = makeQueryClient();
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={client}>
      <Page />
    </QueryClientProvider>,
  );
  await user.click(screen.getByRole('button', { name: 'Send' }));
  await screen.findByText('kept hunter2');

  await user.click(screen.getByRole('button', { name: 'Close' }));

  await waitFor(() => expect(client.getMutationCache().getAll()).toEqual([]));
});
