import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ApiError } from '@/lib/problem';
import { Refused } from './form-error';

const refused = (detail: string, message: string) =>
  render(
    <Refused
      error={new ApiError(422, { detail, errors: [{ path: '/config/repo', code: 'x', message }] })}
    />,
  );

it('says of a refusal what it is about, and nothing twice', () => {
  const { unmount } = refused('Fill in “repo” first.', 'Fill in “repo” first.');
  expect(screen.getByRole('alert')).toHaveTextContent(/^config\.repo Fill in “repo” first\.$/);
  unmount();

  refused('The request is not acceptable.', 'It is empty.');
  expect(screen.getByRole('alert')).toHaveTextContent(
    /^The request is not acceptable\.config\.repo It is empty\.$/,
  );
});
