import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { quickRequests } from '../registry-access/quick-requests.ts';

export interface TargetCheck {
  /** One sentence for each target that the registry no longer has. */
  readonly missing: readonly string[];
  /** One sentence for each target whose registry request failed. */
  readonly unknown: readonly string[];
}

/**
 * Whether the registry still has the images that a rollback goes to: one HEAD each, by digest. Where that is not known Keelson rolls back all
 * the same, since the nodes may have the image.
 */
export async function missingTargets(
  { registry }: Pick<Deps, 'registry'>,
  secrets: PullSecrets,
  workload: Workload,
  { changes }: Pick<Rollout, 'changes'>,
  signal: AbortSignal,
): Promise<TargetCheck> {
  const requestFor = quickRequests(secrets, workload, signal);
  const missing: string[] = [];
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
          missing.push(`${what} is no longer in the registry.`);
        } else {
          unknown.push(
            `Could not check whether the registry still has ${what}: ${error instanceof Error ? error.message : 'no reason given'}`,
          );
        }
      }
    }),
  );
  return { missing, unknown };
}
