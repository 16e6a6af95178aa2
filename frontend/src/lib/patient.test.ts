import { expect, it, vi } from 'vitest';
import { patient } from './patient';

it('waits for the network before it fetches a part again', async () => {
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const fetchPart = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
    .mockResolvedValueOnce('the part');
  const part = patient(fetchPart);
  await vi.waitFor(() => expect(fetchPart).toHaveBeenCalledOnce());

  onLine.mockReturnValue(true);
  dispatchEvent(new Event('online'));

  await expect(part).resolves.toBe('the part');
  expect(fetchPart).toHaveBeenCalledTimes(2);
});

it('says what is wrong where the network is there', async () => {
  const gone = new TypeError('Failed to fetch');

  await expect(patient(() => Promise.reject(gone))).rejects.toBe(gone);
});
