import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { quickRequests } from '../registry-access/quick-requests.ts';

export interface TargetCheck {
  /** A sentence for each target that the registry no longer has. */
  readonly gone: readonly string[];
  /** A sentence for each that could not be asked about. */
  readonly unknown: readonly string[];
}

/**
 * Whether what is to be put back is still in its registry: one HEAD each, by digest. Where that is not known it is put back all the same:
 * nodes may well have it.
 */
export async function missingTargets(
  { registry }: Pick<Deps, 'registry'>,
  secrets: PullSecrets,
  workload: Workload,
  { changes }: Pick<Rollout, 'changes'>,
  signal: AbortSignal,
): Promise<TargetCheck> {
  const requestFor = quickRequests(secrets, workload, signal);
  const gone: string[] = [];
  const unknown: string[] = [];
  await Promise.all(
    changes.map(async ({ container, image, to }) => {
      try {
        const request = await requestFor(container);
        if (!request) return;
        const { tag: _, ...reference } = request.reference;
        await registry.observe({ ...reference, digest: to.digest }, request.options);
      } catch (error) {
        signal.throwIfAborted();
        const what = `${image}@${shortDigest(to.digest)}`;
        if (error instanceof RegistryError && error.code === 'not-found') {
          gone.push(`${what} is no longer in the registry.`);
        } else {
          unknown.push(
            `Whether the registry still has ${what} is not known: ${error instanceof Error ? error.message : 'no reason given'}`,
          );
        }
      }
    }),
  );
  return { gone, unknown };
}
