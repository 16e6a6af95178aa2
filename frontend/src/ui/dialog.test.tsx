import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { Dialog, DialogBody } from './dialog';
import { TextField } from './field';

const LOST = 'What you typed is not saved. Press Esc once more to discard it.';

function open(more: Partial<Parameters<typeof Dialog>[0]> = {}) {
  const onClose = vi.fn();
  render(
    <Dialog isOpen title="Ask somebody in" onClose={onClose} {...more}>
      <DialogBody>
        <TextField label="Name" />
        <label>
          Often <input type="checkbox" />
        </label>
      </DialogBody>
    </Dialog>,
  );
  return { onClose, user: userEvent.setup({ pointerEventsCheck: 0 }) };
}

const beside = (): Element => document.querySelector('.veil')!;

describe('a dialog', () => {
  it('closes by Escape, and by a click beside it', async () => {
    const { onClose, user } = open();

    await user.click(screen.getByRole('checkbox'));
    await user.keyboard('{Escape}');
    await user.click(beside());

    expect(onClose).toHaveBeenCalledTimes(2);
  });

  it('keeps what was typed until Escape is pressed once more', async () => {
    const { onClose, user } = open();
    await user.type(screen.getByLabelText('Name'), 'Ada');

    await user.click(beside());
    expect(screen.getByRole('alert')).toHaveTextContent(LOST);
    await user.type(screen.getByLabelText('Name'), ' K');
    expect(screen.queryByRole('alert')).toBeNull();
    await user.keyboard('{Escape}');
    expect(screen.getByRole('alert')).toHaveTextContent(LOST);
    expect(onClose).not.toHaveBeenCalled();

    await user.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('closes by its cross, whatever was typed', async () => {
    const { onClose, user } = open();
    await user.type(screen.getByLabelText('Name'), 'Ada');

    await user.click(screen.getByRole('button', { name: 'Close' }));

    expect(onClose).toHaveBeenCalledOnce();
  });

  it('does not keep a word that is worth nothing later', async () => {
    const { onClose, user } = open({ isBrief: true });
    await user.type(screen.getByLabelText('Name'), 'Ada{Escape}');

    expect(onClose).toHaveBeenCalledOnce();
  });

  it('does not lose by a slip what nobody can see again', async () => {
    const { onClose, user } = open({ isOnce: true });

    await user.click(beside());
    expect(screen.getByRole('alert')).toHaveTextContent('Nobody can see this again.');
    expect(onClose).not.toHaveBeenCalled();
    await user.keyboard('{Escape}');

    expect(onClose).toHaveBeenCalledOnce();
  });
});
