import { sleep } from '@keelson/core/wait';
import type { Manifest } from '../manifest.ts';
import { subjectOf } from '../manifest.ts';
import type { HelmAccess } from './cluster-writes.ts';
import { isReady } from './is-ready.ts';

export interface Wait {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/** Waits until every object is ready. @throws Error naming those that are not when the time is over, or with the reason of the signal */
export async function waitForReady(
  { api, paths }: HelmAccess,
  manifests: readonly Manifest[],
  { timeoutMs, pollMs, signal }: Wait,
): Promise<void> {
  const limit = performance.now() + timeoutMs;
  for (;;) {
    const missing: Manifest[] = [];
    for (const manifest of manifests) {
      const { status, body } = await api.request('GET', await paths.of(manifest));
      if (status !== 200 || !isReady(body)) missing.push(manifest);
    }
    if (missing.length === 0) return;
    signal.throwIfAborted();
    if (performance.now() >= limit) {
      throw new Error(`resource ${missing.map(subjectOf).join(', ')} not ready: context deadline exceeded`);
    }
    await sleep(pollMs, signal);
  }
}
