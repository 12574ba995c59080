import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { quickly } from '../registry-access/quick-requests.ts';

export interface TargetCheck {
  /** One sentence for each target that the registry no longer has. */
  readonly missing: readonly string[];
  /** One sentence for each target whose registry request failed. */
  readonly unknown: readonly string[];
}

/**
 * Whether the registry still has the images that a rollback goes to: one HEAD each, by digest. Where that is not known Keelson rolls back all
 * the same, since the nodes may have the image. A registry that knows not even the tag may hide the whole repository from these credentials.
 */
export async function missingTargets(
  { registry }: Pick<Deps, 'registry'>,
  secrets: PullSecrets,
  workload: Workload,
  { changes }: Pick<Rollout, 'changes'>,
  signal: AbortSignal,
): Promise<TargetCheck> {
  const request = quickly(secrets, workload, signal);
  const missing: string[] = [];
  const unknown: string[] = [];
  const isHidden = (container: string): Promise<boolean> =>
    request(container, ({ reference, options }) => registry.observe(reference, options)).then(() => false, isNotFound);
  await Promise.all(
    changes.map(async ({ container, image, to }) => {
      try {
        await request(container, ({ reference, options }) => {
          const { tag: _, ...untagged } = reference;
          return registry.observe({ ...untagged, digest: to.digest }, options);
        });
      } catch (error) {
        signal.throwIfAborted();
        const what = `${image}@${shortDigest(to.digest)}`;
        if (isNotFound(error) && !(await isHidden(container))) {
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

function isNotFound(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'not-found';
}
