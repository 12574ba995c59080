import { workloadKeyOf } from '@keelson/core';
import type { DigestRecord, Proof } from '@keelson/history';
import type { ImageReference } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Intent } from '@keelson/policy';
import { isFollowed, readIntent, trackedContainers } from '@keelson/policy';
import type { FunctionContext, proveWayBack } from '@keelson/queue';
import { RegistryError } from '@keelson/registry';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import type { Answer } from './request-proof.ts';
import { requestProof } from './request-proof.ts';

type Input = z.output<typeof proveWayBack.input>;

/**
 * prove-way-back: whether the registry still has the last good digest of each container (law 15), by one HEAD that all workloads share which have
 * the same digest and credentials. What it answers is stored with its time, so that a worker that dies loses nothing.
 */
export function createProveWayBack(deps: Deps, secrets: PullSecrets) {
  const { history, view, log } = deps;

  return async ({ workload: id, notBefore }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    const workload = key && view.workload(key);
    const state = await history.workload(id);
    if (!workload || !state) return;
    const intent = readIntent(workload);
    if (!isFollowed(intent)) return;
    const { tracked } = trackedContainers(intent, workload.containers);
    const proofs: Record<string, Proof> = {};
    await Promise.all(
      tracked.map(async ({ name, reference }) => {
        const record = state.digests[name];
        if (!record?.lastGood || record.image !== repositoryOf(reference)) return;
        const { tag: _, ...image } = { ...reference, digest: record.lastGood };
        const answer = await answerFor(workload, intent, image, { notBefore, signal });
        proofs[name] = proofAfter(state.proofs?.[name], { ...record, lastGood: record.lastGood }, answer);
      }),
    );
    await history.putProofs(id, proofs);
    for (const [container, { image, digest, failed }] of Object.entries(proofs)) {
      if (failed?.code !== 'not-found') continue;
      log.warn({ workload: id, container, image, digest }, 'the last good image is no longer in its registry');
    }
  };

  async function answerFor(
    workload: Workload,
    intent: Intent,
    image: ImageReference,
    options: { readonly notBefore: number; readonly signal: AbortSignal },
  ): Promise<Answer> {
    try {
      const keyring = await secrets.keyring(workload, intent.pullSecret, image);
      const answer = await requestProof(deps, { image, keyring, ...options });
      if (answer.code !== 'unauthorized' && answer.code !== 'not-found') return answer;
      // A registry that hides private images answers that they do not exist: the Secrets may have been rotated.
      secrets.invalidate(workload);
      const fresh = await secrets.keyring(workload, intent.pullSecret, image);
      return fresh.identity === keyring.identity
        ? answer
        : await requestProof(deps, { image, keyring: fresh, ...options });
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof RegistryError || error instanceof KubeError)) throw error;
      return { at: deps.now(), code: error.code, message: error.message };
    }
  }
}

/** A proof of another digest says nothing about this one. */
function proofAfter(
  before: Proof | undefined,
  { image, lastGood }: DigestRecord & Required<Pick<DigestRecord, 'lastGood'>>,
  { at, code, message }: Answer,
): Proof {
  const known = before?.digest === lastGood && before.image === image ? before : undefined;
  const about = { image, digest: lastGood, at };
  if (code === undefined) return { ...about, seenAt: at };
  return {
    ...about,
    ...(known?.seenAt !== undefined && { seenAt: known.seenAt }),
    failed: failedAfter(known?.failed, { since: at, code, message: message ?? '' }),
  };
}

/** That a digest is gone stays so until the registry says otherwise; of what says nothing about the digest, the first failure is remembered. */
function failedAfter(before: Proof['failed'], now: NonNullable<Proof['failed']>): NonNullable<Proof['failed']> {
  if (before === undefined) return now;
  const [wasGone, isGone] = [before.code === 'not-found', now.code === 'not-found'];
  if (wasGone && !isGone) return before;
  return wasGone === isGone ? { ...now, since: before.since } : now;
}
