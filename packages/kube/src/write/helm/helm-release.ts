import type { Fields } from '../../fields.ts';
import { fields, flag, list, number, strings, text } from '../../fields.ts';
import { getIfThere } from '../../http/get-if-there.ts';
import type { KubeHttp } from '../../http/request.ts';
import { fieldManager, requestedAtKey } from '../../keys.ts';
import { readMetadata } from '../../objects/metadata.ts';
import { fluxKinds, ownerPath } from '../../owner/flux-kinds.ts';
import type { OwnerStatus } from '../../owner/inventory.ts';
import { readOwnerStatus } from '../../owner/inventory.ts';
import { ownerText } from '../../owner/owner-text.ts';
import type { KustomizationKey } from '../flux/kustomization.ts';

/** Which HelmRelease, as named by the labels that Flux puts on what it applies. */
export interface HelmReleaseKey {
  readonly namespace: string;
  readonly name: string;
}

/** A Flux HelmRelease, trimmed to what writing a pin needs. */
export interface HelmRelease extends HelmReleaseKey {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** undefined: there is no list, which has another digest than an empty one. */
  readonly postRenderers: readonly unknown[] | undefined;
  /** Another field manager of that list, which is one field: whoever applies it replaces all of it. */
  readonly listOwner: string | undefined;
  /** The Kustomization that applies it, by its labels. */
  readonly appliedBy: KustomizationKey | undefined;
  readonly suspended: boolean;
  /** When a reconciliation was last requested, in milliseconds since the epoch; NaN: never, or by another word. */
  readonly requestedAt: number;
  /** Objects of the chart that name no namespace are given this one. */
  readonly targetNamespace: string;
  /** The paths in its objects that differ from the chart without being corrected; undefined: none is corrected. */
  readonly driftIgnored: readonly string[] | undefined;
  readonly owns: OwnerStatus;
  readonly status: HelmReleaseStatus;
}

export interface HelmReleaseStatus {
  /** Only of the top level: that of the conditions runs ahead of what was read. */
  readonly observedGeneration: number;
  readonly lastAttemptedGeneration: number;
  readonly observedPostRenderersDigest: string;
  readonly ready: { readonly status: string; readonly reason: string; readonly message: string } | undefined;
  /** Of the newest version of the release, as Helm stored it. */
  readonly newest: { readonly status: string; readonly action: string | undefined } | undefined;
  /** Whether the history names what was done: older helm-controllers name it nowhere. */
  readonly namesActions: boolean;
}

const { group, version } = fluxKinds['flux-helmrelease'];

export const helmReleaseKind = { apiVersion: `${group}/${version}`, kind: 'HelmRelease' } as const;

export function helmReleasePath({ namespace, name }: HelmReleaseKey): string {
  return ownerPath({ type: 'flux-helmrelease', namespace, name });
}

/** `HelmRelease shop/shop`, for messages. */
export function nameOfRelease({ namespace, name }: HelmReleaseKey): string {
  return ownerText({ type: 'flux-helmrelease', namespace, name });
}

/** Where managedFields names nobody. */
const unknownManager = 'somebody';

function ownerOfList(metadata: Fields, present: boolean): string | undefined {
  const managers = list(metadata.managedFields)
    .map(fields)
    .filter(({ subresource, fieldsV1 }) => {
      const owned = fields(fields(fieldsV1)['f:spec'])['f:postRenderers'];
      return subresource === undefined && owned !== undefined;
    })
    .map(({ manager }) => text(manager) ?? unknownManager);
  const other = managers.find((manager) => manager !== fieldManager);
  // A list of which managedFields know nothing is not Keelson's either.
  return other ?? (present && managers.length === 0 ? unknownManager : undefined);
}

function kustomizationOf(labels: Readonly<Record<string, string>>): KustomizationKey | undefined {
  const name = labels['kustomize.toolkit.fluxcd.io/name'];
  const namespace = labels['kustomize.toolkit.fluxcd.io/namespace'];
  return name && namespace ? { namespace, name } : undefined;
}

function readStatus(status: Fields): HelmReleaseStatus {
  const ready = list(status.conditions)
    .map(fields)
    .find(({ type }) => type === 'Ready');
  const history = list(status.history).map(fields);
  const [newest] = history;
  return {
    observedGeneration: number(status.observedGeneration),
    lastAttemptedGeneration: number(status.lastAttemptedGeneration),
    observedPostRenderersDigest: text(status.observedPostRenderersDigest) ?? '',
    ready: ready && {
      status: text(ready.status) ?? '',
      reason: text(ready.reason) ?? '',
      message: text(ready.message) ?? '',
    },
    newest: newest && { status: text(newest.status) ?? '', action: text(newest.action) },
    namesActions: history.some(({ action }) => action !== undefined),
  };
}

/** Whichever objects a rule is for. */
function ignoredPaths({ mode, ignore }: Fields): HelmRelease['driftIgnored'] {
  if (mode !== 'enabled') return undefined;
  return list(ignore).flatMap((rule) => list(fields(rule).paths).flatMap((path) => text(path) ?? []));
}

export function readHelmRelease(object: unknown): HelmRelease | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const { spec, status } = fields(object);
  const metadata = fields(fields(object).metadata);
  const { postRenderers, suspend, targetNamespace, driftDetection } = fields(spec);
  return {
    ...identity,
    generation: number(metadata.generation),
    annotations: strings(metadata.annotations),
    postRenderers: Array.isArray(postRenderers) ? list(postRenderers) : undefined,
    listOwner: ownerOfList(metadata, Array.isArray(postRenderers) && postRenderers.length > 0),
    appliedBy: kustomizationOf(strings(metadata.labels)),
    suspended: flag(suspend),
    // A time, and something unique after it.
    requestedAt: Date.parse(strings(metadata.annotations)[requestedAtKey]?.slice(0, 24) ?? ''),
    targetNamespace: text(targetNamespace) ?? identity.namespace,
    driftIgnored: ignoredPaths(fields(driftDetection)),
    owns: readOwnerStatus(object),
    status: readStatus(fields(status)),
  };
}

/** undefined when it does not exist: labels outlive a HelmRelease that was deleted without uninstalling. */
export async function getHelmRelease(
  http: KubeHttp,
  key: HelmReleaseKey,
  signal?: AbortSignal,
): Promise<HelmRelease | undefined> {
  return readHelmRelease(await getIfThere(http, helmReleasePath(key), signal));
}
