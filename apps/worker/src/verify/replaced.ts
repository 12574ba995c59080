import { writePathFacts } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { fieldManager, pinAnnotation, pinOf } from '@keelson/kube';
import { progressOf } from './progress.ts';

/** One sentence where another field manager wrote another image since: the pods would show that image, not this rollout's (law 6). */
export function replacedBy({ generation, changes }: Rollout, workload: Workload): string | undefined {
  if (workload.generation <= generation) return undefined;
  const other = changes.find(({ container, to }) => pinOf(workload, container) !== to.digest);
  if (!other) return undefined;
  const image = workload.containers.find(({ name }) => name === other.container)?.image;
  return image === undefined
    ? `Container ${other.container} was removed before its new image was verified.`
    : `Another field manager wrote ${image} to container ${other.container} before ${shortDigest(other.to.digest)} was verified.`;
}

/**
 * Whether Keelson itself wrote the other digests: a rollout that this one superseded was just being written, and its write came last. Then this
 * one has to be written again.
 */
export function isOwnLateWrite({ changes }: Pick<Rollout, 'changes'>, workload: Workload): boolean {
  const others = changes.filter(({ container, to }) => pinOf(workload, container) !== to.digest);
  return others.length > 0 && others.every(({ container }) => isPinnedByKeelson(workload, container));
}

function isPinnedByKeelson(workload: Workload, container: string): boolean {
  const digest = pinOf(workload, container);
  if (digest === undefined) return false;
  const image = workload.containers.find(({ name }) => name === container)?.image;
  const field = image?.endsWith(`@${digest}`) ? `image:${container}` : pinAnnotation(container);
  return workload.writers[field]?.[0]?.manager === fieldManager;
}

/** A reconciliation of Flux that was under way when its Kustomization was changed still applies what it read before; the next one corrects it. */
const staleMs = 60_000;

/** Whether Flux may still restore by itself what it removed with a Kustomization that it had read before Keelson changed it. */
export function fluxMayRestore(rollout: Rollout, now: number): boolean {
  const facts = rollout.written && writePathFacts(rollout.written.path);
  return facts?.inKustomization === true && now - progressOf(rollout).writtenAt < staleMs;
}
