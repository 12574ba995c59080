import { expect, it } from 'vitest';
import { aborted, orAborted, sleep, timeoutSignal } from './index.ts';

const hourMs = 3_600_000;
const never = new Promise<never>(() => undefined);

it('sleep resolves after the time', async () => {
  const started = performance.now();
  await sleep(20);
  expect(performance.now() - started).toBeGreaterThanOrEqual(19);
});

it.each(['before', 'during'])('sleep ends without an error when the signal aborts %s it', async (when) => {
  const controller = new AbortController();
  if (when === 'before') controller.abort();
  const slept = sleep(hourMs, controller.signal);
  controller.abort();
  await expect(slept).resolves.toBeUndefined();
});

it.each(['before', 'during'])('aborted resolves when the signal aborts %s the wait', async (when) => {
  const controller = new AbortController();
  if (when === 'before') controller.abort();
  const ended = aborted(controller.signal);
  controller.abort();
  await expect(ended).resolves.toBeUndefined();
});

it.each(['before', 'during'])('orAborted rejects with the reason when the signal aborts %s the wait', async (when) => {
  const controller = new AbortController();
  const reason = new Error('shutting down');
  if (when === 'before') controller.abort(reason);
  const outcome = orAborted(never, controller.signal);
  controller.abort(reason);
  await expect(outcome).rejects.toBe(reason);
});

it('orAborted gives what the promise settles to while the signal does not abort', async () => {
  const { signal } = new AbortController();
  await expect(orAborted(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  await expect(orAborted(Promise.resolve(2), undefined)).resolves.toBe(2);
});

it('timeoutSignal aborts with a TimeoutError after the time', async () => {
  const signal = timeoutSignal(5, new AbortController().signal);
  await aborted(signal);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

it('timeoutSignal aborts with the reason of the given signal', () => {
  const reason = new Error('shutting down');
  expect(timeoutSignal(hourMs, AbortSignal.abort(reason)).reason).toBe(reason);
});
