import { writePathFacts } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import { progressOf } from './progress.ts';

/** A sentence when somebody wrote another image since: its pods would tell of that one, and not of ours (law 6). */
export function whatReplaced({ generation, changes }: Rollout, workload: Workload): string | undefined {
  if (workload.generation <= generation) return undefined;
  const other = changes.find(({ container, to }) => pinOf(workload, container) !== to.digest);
  if (!other) return undefined;
  const image = workload.containers.find(({ name }) => name === other.container)?.image;
  return image === undefined
    ? `Container ${other.container} was taken out before its new image was verified.`
    : `Somebody wrote ${image} to container ${other.container} before ${shortDigest(other.to.digest)} was verified.`;
}

/** A reconciliation of Flux that was under way when its Kustomization was changed still applies what it read before; the next one mends it. */
const STALE_MS = 60_000;

/** Whether Flux may still put back by itself what it took away with a Kustomization that it had read before Keelson changed that. */
export function mayComeBack(rollout: Rollout, now: number): boolean {
  const facts = rollout.written && writePathFacts(rollout.written.path);
  return facts?.inKustomization === true && now - progressOf(rollout).writtenAt < STALE_MS;
}
