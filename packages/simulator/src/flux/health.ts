import { sleep } from '@keelson/core/wait';
import type { ApiClient } from '../api-client.ts';
import type { Fields } from '../cluster/json.ts';
import { isReady } from './helm/is-ready.ts';
import type { Manifest } from './manifest.ts';
import { subjectOf } from './manifest.ts';
import type { ObjectPaths } from './object-paths.ts';

/** How long a pass waits for what it applied, in milliseconds. */
export interface HealthOptions {
  /** Between two looks at the objects. @default 5000, as kustomize-controller */
  readonly pollMs?: number;
  /** The least of all timeouts: kustomize-controller raises shorter ones to it. @default 30000 */
  readonly minTimeoutMs?: number;
  /** The feature gate CancelHealthCheckOnNewRevision: a new request or generation ends the wait. @default true, as in clusters/homelab */
  readonly cancels?: boolean;
}

/** Whether a Kustomization waits for what it applied. */
export function waitsForHealth(spec: Fields): boolean {
  return spec['wait'] === true || (Array.isArray(spec['healthChecks']) && spec['healthChecks'].length > 0);
}

/** Waits until all objects are healthy. `canceled`: what was to be ended it. Otherwise the names of those that are not. */
export async function waitForHealth(
  { api, paths }: { readonly api: ApiClient; readonly paths: ObjectPaths },
  manifests: readonly Manifest[],
  { timeoutMs, pollMs }: { readonly timeoutMs: number; readonly pollMs: number },
  isCanceled: () => Promise<boolean>,
): Promise<'healthy' | 'canceled' | readonly string[]> {
  const limit = performance.now() + timeoutMs;
  for (;;) {
    const unhealthy: string[] = [];
    for (const each of manifests) {
      const { status, body } = await api.request('GET', await paths.of(each));
      if (status !== 200 || !isReady(body)) unhealthy.push(subjectOf(each));
    }
    if (unhealthy.length === 0) return 'healthy';
    if (await isCanceled()) return 'canceled';
    if (performance.now() > limit) return unhealthy;
    await sleep(pollMs);
  }
}
