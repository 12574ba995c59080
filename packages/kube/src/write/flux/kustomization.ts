import { fields, flag, list, number, strings, text } from '../../fields.ts';
import { getIfThere } from '../../http/get-if-there.ts';
import type { KubeHttp } from '../../http/request.ts';
import { readMetadata } from '../../objects/metadata.ts';
import { ownerPath } from '../../owner/flux-kinds.ts';
import type { OwnerStatus } from '../../owner/inventory.ts';
import { readOwnerStatus } from '../../owner/inventory.ts';
import { ownerOfList } from '../../owner/taken-lists.ts';

/** Which Kustomization, as named by the labels that Flux puts on what it applies. */
export interface KustomizationKey {
  readonly namespace: string;
  readonly name: string;
}

/** Without its observedGeneration: Flux stamps the latest generation, whatever the pass had read. */
export interface KustomizationCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** How kustomize names everything in it, after all patches. */
export interface Naming {
  /** The namespace that everything gets. */
  readonly targetNamespace?: string | undefined;
  readonly namePrefix?: string | undefined;
  readonly nameSuffix?: string | undefined;
}

/** A Flux Kustomization, trimmed to what writing a pin needs. */
export interface Kustomization extends KustomizationKey {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** undefined: it has no annotations at all. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly images: readonly unknown[];
  readonly patches: readonly unknown[];
  readonly naming: Naming;
  readonly owns: OwnerStatus;
  /** Another field manager of the list. A list is one field, so whoever applies it replaces all of it. */
  readonly imagesOwner: string | undefined;
  readonly patchesOwner: string | undefined;
  readonly suspended: boolean;
  /** Both as a pass read them at its start: status that says what a pass knew. */
  readonly observedGeneration: number;
  readonly lastHandledReconcileAt: string | undefined;
  readonly lastAttemptedRevision: string | undefined;
  readonly lastAppliedRevision: string | undefined;
  readonly conditions: readonly KustomizationCondition[];
}

export function kustomizationPath({ namespace, name }: KustomizationKey): string {
  return ownerPath({ type: 'flux-kustomization', namespace, name });
}

function readCondition(value: unknown): KustomizationCondition {
  const { type, status, reason, message } = fields(value);
  return {
    type: text(type) ?? '',
    status: text(status) ?? '',
    reason: text(reason) ?? '',
    message: text(message) ?? '',
  };
}

export function readKustomization(object: unknown): Kustomization | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const { spec, status } = fields(object);
  const metadata = fields(fields(object).metadata);
  const { images, patches, suspend, targetNamespace, namePrefix, nameSuffix } = fields(spec);
  const { observedGeneration, lastHandledReconcileAt, lastAttemptedRevision, lastAppliedRevision } = fields(status);
  return {
    ...identity,
    generation: number(metadata.generation),
    annotations: metadata.annotations === undefined ? undefined : strings(metadata.annotations),
    images: list(images),
    patches: list(patches),
    naming: { targetNamespace: text(targetNamespace), namePrefix: text(namePrefix), nameSuffix: text(nameSuffix) },
    owns: readOwnerStatus(object),
    imagesOwner: ownerOfList(metadata, 'images'),
    patchesOwner: ownerOfList(metadata, 'patches'),
    suspended: flag(suspend),
    observedGeneration: number(observedGeneration, -1),
    lastHandledReconcileAt: text(lastHandledReconcileAt),
    lastAttemptedRevision: text(lastAttemptedRevision),
    lastAppliedRevision: text(lastAppliedRevision),
    conditions: list(fields(status).conditions).map(readCondition),
  };
}

/** undefined when it does not exist: labels outlive a Kustomization that was deleted without pruning. */
export async function getKustomization(
  http: KubeHttp,
  key: KustomizationKey,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  return readKustomization(await getIfThere(http, kustomizationPath(key), signal));
}
