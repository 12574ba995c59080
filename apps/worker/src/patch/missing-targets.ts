import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../poll/pull-secrets.ts';

/** A registry that does not answer must not keep a bad image up: nodes may well have the good one. */
const PATIENCE_MS = 2_000;

export interface TargetCheck {
  /** A sentence for each target that the registry no longer has. */
  readonly gone: readonly string[];
  /** A sentence for each that could not be asked about. */
  readonly unknown: readonly string[];
}

/** Whether what is to be put back is still in its registry: one HEAD each, by digest. */
export async function missingTargets(
  { registry }: Pick<Deps, 'registry'>,
  secrets: PullSecrets,
  workload: Workload,
  { changes }: Pick<Rollout, 'changes'>,
  signal: AbortSignal,
): Promise<TargetCheck> {
  const intent = readIntent(workload);
  const { tracked } = trackedContainers(intent, workload.containers);
  const gone: string[] = [];
  const unknown: string[] = [];
  await Promise.all(
    changes.map(async ({ container, image, to }) => {
      const found = tracked.find(({ name }) => name === container);
      if (!found) return;
      const { tag: _, ...reference } = found.reference;
      const soon = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      try {
        const { credentials } = await secrets.keyring(workload, intent.pullSecret, found.reference);
        await registry.observe({ ...reference, digest: to.digest }, { credentials, signal: soon });
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
