import type { Fields } from '../../fields.ts';
import { fields, list, number, strings, text } from '../../fields.ts';
import { KubeError } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import { listPath } from '../../objects/kinds.ts';
import { readMetadata } from '../../objects/metadata.ts';
import { fieldManager } from '../field-manager.ts';

/** Which Kustomization: as the labels say that Flux puts on what it applies. */
export interface KustomizationKey {
  readonly namespace: string;
  readonly name: string;
}

export interface KustomizationCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/** A Kustomization of Flux, trimmed to what a pin reads and writes. */
export interface Kustomization extends KustomizationKey {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  /** undefined: it has no annotations at all. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly images: readonly unknown[];
  readonly patches: readonly unknown[];
  /** Who else writes the list: it is one field, so whoever reconciles it puts back all of it. */
  readonly imagesOwner: string | undefined;
  readonly patchesOwner: string | undefined;
  readonly conditions: readonly KustomizationCondition[];
}

const apiVersion = 'kustomize.toolkit.fluxcd.io/v1';

export function kustomizationPath({ namespace, name }: KustomizationKey): string {
  return `${listPath(apiVersion, 'kustomizations', namespace)}/${encodeURIComponent(name)}`;
}

function ownerOfList(metadata: Fields, field: 'images' | 'patches'): string | undefined {
  const owner = list(metadata.managedFields)
    .map(fields)
    .find(({ manager, subresource, fieldsV1 }) => {
      const owned = fields(fields(fieldsV1)['f:spec'])[`f:${field}`];
      return manager !== fieldManager && subresource === undefined && owned !== undefined;
    });
  return text(owner?.manager);
}

function readCondition(value: unknown): KustomizationCondition {
  const { type, status, reason, message, observedGeneration } = fields(value);
  return {
    type: text(type) ?? '',
    status: text(status) ?? '',
    reason: text(reason) ?? '',
    message: text(message) ?? '',
    observedGeneration: number(observedGeneration),
  };
}

export function readKustomization(object: unknown): Kustomization | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const { spec, status } = fields(object);
  const metadata = fields(fields(object).metadata);
  const { images, patches } = fields(spec);
  return {
    ...identity,
    generation: number(metadata.generation),
    annotations: metadata.annotations === undefined ? undefined : strings(metadata.annotations),
    images: list(images),
    patches: list(patches),
    imagesOwner: ownerOfList(metadata, 'images'),
    patchesOwner: ownerOfList(metadata, 'patches'),
    conditions: list(fields(status).conditions).map(readCondition),
  };
}

/** undefined when it is not there: labels outlive a Kustomization that was deleted without pruning. */
export async function getKustomization(
  http: KubeHttp,
  key: KustomizationKey,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  try {
    return readKustomization(await http.request({ path: kustomizationPath(key), ...(signal && { signal }) }));
  } catch (error) {
    if (error instanceof KubeError && error.code === 'not-found') return undefined;
    throw error;
  }
}
