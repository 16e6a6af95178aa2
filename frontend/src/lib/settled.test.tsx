import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { useSettled } from './settled';

afterEach(() => vi.useRealTimers());

it('what is typed counts after a pause, and is gone at once', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook((text: string) => useSettled(text), { initialProps: '' });
  const after = (text: string, ms: number): string => {
    rerender(text);
    act(() => void vi.advanceTimersByTime(ms));
    return result.current;
  };

  expect(after('i', 199)).toBe('');
  expect(after('in', 199)).toBe('');
  expect(after('in', 1)).toBe('in');
  expect(after('', 0)).toBe('');
});
