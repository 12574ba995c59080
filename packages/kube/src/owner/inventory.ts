import type { WorkloadKey } from '@keelson/core';
import { workloadKinds } from '@keelson/core';
import { fields, list, text } from '../fields.ts';
import { apiVersionOf } from '../objects/kinds.ts';
import { fluxKinds } from './flux-kinds.ts';
import type { TakenLists } from './taken-lists.ts';
import { readTakenLists } from './taken-lists.ts';

/** What a Kustomization or HelmRelease says about the objects that it reconciles. */
export interface OwnerStatus {
  /** The workloads and HelmReleases of `status.inventory`, as `inventoryId` names them; undefined: it lists nothing yet, or is too old to list. */
  readonly listed: ReadonlySet<string> | undefined;
  /** The namespaces of everything that it lists, of whatever kind. */
  readonly spaces: ReadonlySet<string>;
  /** False during or after a pass that may have applied objects which are not listed yet. */
  readonly settled: boolean;
  /** A HelmRelease whose upgrades or rollbacks may replace objects (PUT): the one setting with which fields of other managers do not last. */
  readonly replaces: boolean;
  /** `spec.kubeConfig`: it reconciles another cluster, so its list says nothing about this one. */
  readonly elsewhere: boolean;
  /** Of a Kustomization: the lists that others write. */
  readonly taken?: TakenLists | undefined;
}

const releaseGroup = fluxKinds['flux-helmrelease'].group;

/** `shop_web_apps_Deployment`, as Flux names an object in `status.inventory.entries`. No part may contain an underscore. */
export function inventoryId({ kind, namespace, name }: WorkloadKey): string {
  return [namespace, name, apiVersionOf(kind).split('/')[0], kind].join('_');
}

/** The same of a HelmRelease, which a Kustomization lists. */
export function releaseInventoryId({ namespace, name }: Readonly<Record<'namespace' | 'name', string>>): string {
  return [namespace, name, releaseGroup, 'HelmRelease'].join('_');
}

const workloadEntry = new RegExp(`_(apps|batch)_(${workloadKinds.join('|')})$`);

function isKept(id: string): boolean {
  return workloadEntry.test(id) || id.endsWith(`_${releaseGroup}_HelmRelease`);
}

/** '' for what is in no namespace. */
function namespaceIn(id: string): string {
  return id.slice(0, Math.max(id.indexOf('_'), 0));
}

/** Whether an owner lists objects of other namespaces than that of a workload. */
export function spansOthers({ spaces }: OwnerStatus, { namespace }: WorkloadKey): boolean {
  return [...spaces].some((one) => one !== namespace);
}

/** Reads an object of either kind, as the API server sends it. Only the entries of workloads and HelmReleases are kept: an inventory may be long. */
export function readOwnerStatus(object: unknown): OwnerStatus {
  const { spec, status } = fields(object);
  const { inventory, conditions } = fields(status);
  const { upgrade, rollback } = fields(spec);
  const ids = list(fields(inventory).entries).map((entry) => text(fields(entry).id) ?? '');
  return {
    listed: inventory === undefined ? undefined : new Set(ids.filter(isKept)),
    spaces: new Set(ids.map(namespaceIn).filter((namespace) => namespace !== '')),
    settled: isSettled(list(conditions).map(fields)),
    replaces: [upgrade, rollback].some(mayReplace),
    elsewhere: fields(spec).kubeConfig !== undefined,
    taken: readTakenLists(object),
  };
}

/** With `force`, but for server-side apply. By default that depends on how the last release was applied: by Helm 3 without it, which no status says. */
function mayReplace(action: unknown): boolean {
  const { serverSideApply, force } = fields(action);
  return force === true && serverSideApply !== 'enabled';
}

/** Whether an owner applies a workload, or may: it lists it, or does not say. */
export function mayApply({ listed, settled, elsewhere }: OwnerStatus, workload: WorkloadKey): boolean {
  return elsewhere || !settled || listed === undefined || listed.has(inventoryId(workload));
}

/**
 * Flux writes the inventory when a pass has applied everything. Until then, and where applying failed on the way, an object may carry the labels
 * and be missing from the list. Health checks come after that.
 */
function isSettled(conditions: readonly Readonly<Record<string, unknown>>[]): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  const reconciling = conditions.find(({ type }) => type === 'Reconciling');
  // Of a HelmRelease that was rolled back the inventory still lists what the failed upgrade had.
  if (conditions.some(({ type, status }) => type === 'Remediated' && status === 'True')) return false;
  if (ready?.reason === 'HealthCheckFailed') return true;
  if (ready?.status === 'False' && ready.reason === 'ReconciliationFailed') return false;
  const isRunning = reconciling?.status === 'True' || ready?.status === 'Unknown';
  return !isRunning || /running health checks/i.test(text(reconciling?.message) ?? '');
}
