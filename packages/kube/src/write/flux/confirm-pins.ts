import type { Digest } from '@keelson/image';
import { ConflictError } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import { fluxManager, pinAnnotation, requestedAtKey } from '../../keys.ts';
import { workloadPath } from '../../objects/kinds.ts';
import { readWorkload } from '../../objects/workload.ts';
import { ownerText } from '../../owner/owner-text.ts';
import type { Workload } from '../../types.ts';
import { nameOf } from '../find-container.ts';
import { endHold, holdUntil } from '../hold.ts';
import type { NudgeMode } from '../image-nudge.ts';
import { digestOf } from '../image-text.ts';
import { annotatedDigest } from '../pins.ts';
import type { WriteConfirmation, WritePath } from '../types.ts';
import { withoutPins } from './change-pins.ts';
import { concerns } from './concerns.ts';
import { entryPins, isOf } from './image-entries.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { getKustomization } from './kustomization.ts';
import { patchPins } from './patch-entries.ts';
import { proofOf } from './proof.ts';
import { readRequest } from './request.ts';
import type { SeenRequests } from './seen-requests.ts';
import { advice, broken, byOldPass, notApplied, unanswered, whyGone } from './why-pending.ts';
import { forgetRequest, requestAgain, writePins } from './write-pins.ts';

interface PinnedContainer {
  readonly container: string;
  readonly digest: Digest;
  readonly by: 'entry' | 'patch';
}

interface ConfirmOptions {
  readonly mode: NudgeMode;
  /** Writes it once more, by `spec.patches` where an entry in `spec.images` had no effect. */
  readonly again: WritePath['write'];
  readonly seen: SeenRequests;
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/** Flux waits for health with a request in its queue, which ends the wait where its feature gate is on. A request may also get lost. */
const askAgainMs = [10_000, 60_000] as const;

/**
 * What became of Keelson's entries in the Kustomization, by what its status proves (`proofOf`). Until a pass that read them has ended, one that began
 * before may still apply what it knew: whatever it reverts says nothing about the entries. Then Flux may reconcile the workload again, and once it
 * has applied the entries a missing digest means that they have no effect.
 */
export async function confirmPins(
  http: KubeHttp,
  key: KustomizationKey,
  workload: Workload,
  options: ConfirmOptions,
): Promise<WriteConfirmation> {
  try {
    return await confirm(http, key, workload, options);
  } catch (error) {
    if (error instanceof ConflictError) return { outcome: 'pending' };
    throw error;
  }
}

async function confirm(
  http: KubeHttp,
  key: KustomizationKey,
  workload: Workload,
  { mode, again, seen, now, signal }: ConfirmOptions,
): Promise<WriteConfirmation> {
  const read = await getKustomization(http, key, signal);
  const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload), signal }));
  if (live === undefined) return { outcome: 'ok' };
  const isHeld = holdUntil(live) !== undefined;
  // Labels without a Kustomization: nobody reconciles the object, and its image stays.
  if (read === undefined) {
    if (isHeld) await endHold(http, live, signal);
    return { outcome: 'ok' };
  }
  if (mode === 'unpin' && !concerns(read, workload)) {
    if (isHeld) await endHold(http, live, signal);
    return { outcome: 'ok' };
  }
  const pinned = pinnedContainers(read, workload);
  const request = readRequest(read);
  if (mode === 'pin' && pinned.length === 0) {
    const isNew = request === undefined && read.imagesOwner === undefined && read.patchesOwner === undefined;
    return isNew
      ? { outcome: 'again', message: `${textOf(key)} was made again, without the entry. It is written again.` }
      : { outcome: 'reverted', message: whyGone(read, workload) };
  }

  const ask = async (skips = isHeld): Promise<WriteConfirmation> => {
    await requestAgain(http, key, { skips, now }, signal);
    return { outcome: 'pending' };
  };
  if (request === undefined) return mode === 'pin' || isHeld ? ask() : { outcome: 'ok' };
  const proof = proofOf(read, request, seen.of(read, request, read.annotations?.[requestedAtKey]));
  const missing = mode === 'pin' ? withoutDigest(live, pinned) : withOldDigest(live);
  const text = textOf(key);
  if (!proof.read) {
    if (missing.length > 0) return { outcome: 'again', message: `${byOldPass(text)} It is written again.` };
    const due = askAgainMs[Math.min(request.values.length, askAgainMs.length) - 1] ?? 0;
    if (now - request.at >= due || (request.generation !== read.generation && now - request.at >= 1_000)) await ask();
    return { outcome: 'pending', ...unanswered(read, request, text, now) };
  }
  // From here on no pass knows less than what was written.
  if (isHeld) {
    await endHold(http, live, signal);
    if (mode === 'pin') return ask(false);
  }
  if (mode === 'unpin') {
    if (missing.length > 0) return { outcome: 'again', message: `${byOldPass(text)} It is written again.` };
    await forgetRequest(http, key, signal);
    return { outcome: 'ok' };
  }
  if (request.skips || (request.generation !== read.generation && !read.suspended)) return ask(false);
  if (!proof.applied) {
    const failure = broken(read, proof, request, `${workload.kind}/${workload.namespace}/${workload.name}`);
    if (failure !== undefined) {
      await writePins(http, key, () => withoutPins(workload), { skips: false, now }, signal);
      const message = `Flux could not reconcile ${text} with the entry that pins the image of ${nameOf(workload)}, so Keelson removed the entry. Flux says: ${failure}`;
      return { outcome: 'reverted', message };
    }
    if (missing.length > 0)
      return { outcome: 'again', message: `${nameOf(workload)} lost its digest. It is written again.` };
    return { outcome: 'pending', ...notApplied(read, proof, text) };
  }
  if (missing.length === 0) return { outcome: 'ok' };
  const byOthers = missing.filter(({ container }) => live.writers[`image:${container}`]?.[0]?.manager !== fluxManager);
  if (byOthers.length > 0) {
    return {
      outcome: 'again',
      message: `Another field manager wrote the image of ${nameOf(workload)}. It is written again.`,
    };
  }
  if (missing.every(({ by }) => by === 'entry')) {
    const changes = missing.map(({ container, digest }) => {
      const expected = live.containers.find(({ name }) => name === container)?.image ?? '';
      return { container, expected, digest };
    });
    await again(live, changes, { signal });
    return { outcome: 'pending' };
  }
  await writePins(http, key, () => withoutPins(workload), { skips: false, now }, signal);
  const message = `Flux reconciled ${text} without giving ${nameOf(workload)} the pinned digest: its kustomization.yaml in git sets that image, or names the object, after the entry. ${advice}`;
  return { outcome: 'reverted', message };
}

function textOf({ namespace, name }: KustomizationKey): string {
  return ownerText({ type: 'flux-kustomization', namespace, name });
}

function pinnedContainers(read: Kustomization, workload: Workload): readonly PinnedContainer[] {
  return [
    ...entryPins(read)
      .filter((pin) => isOf(pin, workload))
      .map(({ container, digest }) => ({ container, digest, by: 'entry' as const })),
    ...patchPins(read, workload).map((pin) => ({ ...pin, by: 'patch' as const })),
  ];
}

/** The containers whose image lacks the digest that an entry gives them. */
function withoutDigest({ containers }: Workload, pinned: readonly PinnedContainer[]): readonly PinnedContainer[] {
  return pinned.filter(({ container, digest }) => {
    const image = containers.find(({ name }) => name === container)?.image;
    return image !== undefined && !image.endsWith(`@${digest}`);
  });
}

/** The containers whose image has the digest of an entry that was removed, while their annotation has the next one. */
function withOldDigest({ containers, templateAnnotations }: Workload): readonly PinnedContainer[] {
  return containers.flatMap(({ name, image }) => {
    const digest = annotatedDigest(templateAnnotations[pinAnnotation(name)]);
    const now = digestOf(image);
    return digest === undefined || now === undefined || now === digest
      ? []
      : [{ container: name, digest, by: 'entry' as const }];
  });
}
