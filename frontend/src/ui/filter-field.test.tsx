import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { FilterField } from './filter-field';

it('keeps every letter, however late the address follows', () => {
  const heard = vi.fn();
  const { rerender } = render(<FilterField ref={null} label="Filter" value="" onChange={heard} />);
  const field = screen.getByRole('searchbox');

  fireEvent.focus(field);
  fireEvent.change(field, { target: { value: 'a' } });
  fireEvent.change(field, { target: { value: 'ab' } });
  expect(field).toHaveValue('ab');
  rerender(<FilterField ref={null} label="Filter" value="a" onChange={heard} />);
  expect(field).toHaveValue('ab');
  expect(heard.mock.calls).toEqual([['a'], ['ab']]);

  fireEvent.blur(field);
  rerender(<FilterField ref={null} label="Filter" value="" onChange={heard} />);
  expect(field).toHaveValue('');
});
