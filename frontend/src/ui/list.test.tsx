import { screen } from '@testing-library/react';
import type { ComponentProps } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/lib/problem';
import { renderAt } from '@/testing/render';
import { ListCard, ListRows } from './list';

type Props = ComponentProps<typeof ListCard<string>>;

const AT_REST = {
  error: null,
  refetch: vi.fn(),
  hasNextPage: false,
  isFetchingNextPage: false,
  isFetchNextPageError: false,
  fetchNextPage: vi.fn(),
};

function draw(props: Partial<Omit<Props, 'list'>> & { list?: Partial<Props['list']> }) {
  return renderAt(
    '/',
    <ListCard
      all={undefined}
      empty={<p>Nothing at all</p>}
      unmatched={<p>Nothing fits</p>}
      {...props}
      list={{ ...AT_REST, ...props.list }}
    >
      {(rows) => (
        <ListRows label="Names" columns="lg:grid-cols-1" heads={['Name']}>
          {rows.map((row) => (
            <li key={row}>{row}</li>
          ))}
        </ListRows>
      )}
    </ListCard>,
  );
}

const names = () =>
  screen
    .getAllByRole('listitem')
    .map((row) => row.textContent)
    .filter(Boolean);

describe('a list', () => {
  it('waits until its first page has come', () => {
    const { container } = draw({});

    expect(container.querySelector('[aria-busy]')).toBeInTheDocument();
  });

  it('says why nothing came, and asks again', async () => {
    const refetch = vi.fn();
    const error = new ApiError(500, { detail: 'The database does not answer.' });
    const { user } = draw({ list: { error, refetch } });

    await user.click(screen.getByRole('button', { name: 'Try again' }));

    expect(screen.getByText(/The database does not answer/)).toBeInTheDocument();
    expect(refetch).toHaveBeenCalledOnce();
  });

  it('shows its rows although a later page did not come', () => {
    draw({ all: ['a'], list: { error: new Error('lost') } });

    expect(names()).toEqual(['a']);
  });

  it('says that further rows did not come, and asks for them again', async () => {
    const fetchNextPage = vi.fn();
    const error = new ApiError(500, { detail: 'The database does not answer.' });
    const { user } = draw({
      all: ['a'],
      list: { error, hasNextPage: true, isFetchNextPageError: true, fetchNextPage },
    });

    expect(screen.getByRole('alert')).toHaveTextContent(
      'The next rows did not come. The database does not answer.',
    );
    expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(fetchNextPage).toHaveBeenCalledOnce();
  });

  it('distinguishes nothing at all from nothing that fits', () => {
    draw({ all: [] });
    expect(screen.getByText('Nothing at all')).toBeInTheDocument();

    draw({ all: ['a'], shown: [] });
    expect(screen.getByText('Nothing fits')).toBeInTheDocument();
  });

  it('shows what fits, and fetches more on a click', async () => {
    const fetchNextPage = vi.fn();
    const { user } = draw({
      all: ['a', 'b'],
      shown: ['b'],
      list: { hasNextPage: true, fetchNextPage },
    });

    expect(names()).toEqual(['b']);
    await user.click(screen.getByRole('button', { name: 'Load more' }));
    expect(fetchNextPage).toHaveBeenCalledOnce();
  });
});
