import { workloadIdOf } from '@keelson/core';
import { timeoutSignal } from '@keelson/core/wait';
import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import type { Digest, ImageReference } from '@keelson/image';
import { parseReference, repositoryOf, shortDigest } from '@keelson/image';
import type { OwnPin, Workload } from '@keelson/kube';
import { ownPinsOf, stateKey } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { readStateText } from '../state-annotation/state-text.ts';

const timeoutMs = 5_000;

/**
 * One sentence for each pin without which a quarantined digest would start, or might: such a pin stays. What the tag means is read from the
 * registry now; where that fails, the last check has to do.
 */
export async function keptPins(
  { registry }: Pick<Deps, 'registry'>,
  secrets: PullSecrets,
  workload: Workload,
  known: Pick<WorkloadState, 'quarantine' | 'check'> | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const quarantine =
    known?.quarantine ?? readStateText(workloadIdOf(workload), workload.annotations[stateKey])?.quarantine ?? [];

  async function meaningOf(container: string, image: ImageReference): Promise<Digest | undefined> {
    try {
      const { digest: _, ...tagged } = image;
      const { credentials, share } = await secrets.keyring(workload, readIntent(workload).pullSecret, tagged);
      return (await registry.observe(tagged, { credentials, share, signal: timeoutSignal(timeoutMs, signal) })).digest;
    } catch {
      signal.throwIfAborted();
      return known?.check?.observed.find((seen) => seen.container === container)?.digest;
    }
  }

  async function whyKept(pin: OwnPin): Promise<string | undefined> {
    const { container, digest } = pin;
    const image = parseReference(pin.image);
    const failed = quarantine.filter(
      (entry) => isAbout(entry, container, repositoryOf(image)) && entry.digest !== digest,
    );
    if (failed.length === 0) return undefined;
    const now = await meaningOf(container, image);
    const stays = `Container ${container} stays pinned to ${shortDigest(digest)}`;
    if (now === undefined) {
      return `${stays}: the registry did not say what ${pin.image} means now, and ${failed.length} of its digests are in quarantine.`;
    }
    const bad = failed.find((entry) => entry.digest === now);
    return (
      bad &&
      `${stays}: without the pin ${shortDigest(now)} would start, which ${pin.image} means and which is in quarantine.`
    );
  }

  const why = await Promise.all(ownPinsOf(workload).map(whyKept));
  return why.filter((one) => one !== undefined);
}

function isAbout(entry: QuarantineEntry, container: string, image: string): boolean {
  return entry.container === container && entry.image === image;
}
