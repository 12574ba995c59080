import { workloadIdOf, writePathFacts } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { writeOrAgain } from './write-or-again.ts';

/** Whether Keelson wrote an entry into the HelmRelease of a workload. */
export function hasReleaseEntry({ digests }: Pick<WorkloadState, 'digests'>): boolean {
  return Object.values(digests).some(({ written }) => writePathFacts(written?.path ?? '')?.entryIn === 'HelmRelease');
}

/**
 * Writes the entries of a HelmRelease again where Flux cannot build the Kustomization with them any more, since git dropped the list to which they add:
 * then they need none. The digests stay, and no pod is restarted.
 */
export async function repairEntries(
  deps: Pick<Deps, 'writes' | 'producer' | 'log'>,
  workload: Workload,
  signal: AbortSignal,
): Promise<void> {
  const { writes, log } = deps;
  const id = workloadIdOf(workload);
  const { owner } = await writes.withOwner(workload, { signal });
  if (owner.type !== 'flux-helmrelease' || !owner.breaks) return;
  // By own keys alone: a container may be called `constructor`.
  const pins = new Map(Object.entries(owner.pins ?? {}));
  const changes = workload.containers.flatMap(({ name, image }) => {
    const digest = pins.get(name);
    return digest === undefined ? [] : [{ container: name, expected: image, digest }];
  });
  const path = await writes.pathFor(workload, 'back', { written: 'flux-helmrelease', signal });
  await writeOrAgain(deps, id, async () => {
    await path.write(workload, changes, { signal });
    log.info({ workload: id }, 'an entry that kept Flux from building a Kustomization was written again');
  });
}
