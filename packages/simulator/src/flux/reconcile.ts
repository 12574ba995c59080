import type { ApiClient } from '../api-client.ts';
import { fieldsOf, isFields, listOf } from '../cluster/json.ts';
import type { Action, ApplyOptions } from './apply-object.ts';
import { carryOut, planObject } from './apply-object.ts';
import { build } from './build.ts';
import { goneFrom, inventoryOf } from './inventory.ts';
import type { Manifest } from './manifest.ts';
import { subjectOf } from './manifest.ts';
import type { ObjectPaths } from './object-paths.ts';
import { BuildError } from './patches.ts';
import type { Attempt, Verdict } from './status.ts';
import { statusOf } from './status.ts';

const group = 'kustomize.toolkit.fluxcd.io';
const clusterDefinitions = new Set(['Namespace', 'CustomResourceDefinition']);

/** What one pass did with one Kustomization. */
export interface Reconciliation {
  /** `namespace/name` */
  readonly kustomization: string;
  /** Of the condition Ready; `Suspended` and `Missing` where nothing was done. */
  readonly reason: Verdict['reason'] | 'Suspended' | 'Missing';
  readonly message: string;
  /** `Kind/namespace/name` of each object, and what was done about it, as far as it came. */
  readonly objects: Readonly<Record<string, Action>>;
}

/** A Kustomization's git: what is in it, and at which commit. */
export interface Source {
  readonly name: string;
  readonly namespace: string;
  readonly revision: string;
  readonly manifests: readonly Manifest[];
}

export interface Controller {
  readonly api: ApiClient;
  readonly paths: ObjectPaths;
  readonly override: readonly string[];
}

type Kustomization = Record<string, unknown>;

export function kustomizationPath({ name, namespace }: Pick<Source, 'name' | 'namespace'>): string {
  return `/apis/${group}/v1/namespaces/${namespace}/kustomizations/${name}`;
}

async function writeStatus({ api }: Controller, source: Source, status: object): Promise<void> {
  const path = `${kustomizationPath(source)}/status?fieldManager=gotk-kustomize-controller`;
  await api.do('PATCH', path, { status }, 'application/merge-patch+json');
}

/** First what other objects need, then those: each part is dry-run as a whole before any of it is written. */
async function applyAll(
  controller: Controller,
  manifests: readonly Manifest[],
  options: ApplyOptions,
  done: Map<string, Action>,
): Promise<void> {
  const isDefinition = ({ kind }: Manifest) => clusterDefinitions.has(kind);
  for (const part of [manifests.filter(isDefinition), manifests.filter((each) => !isDefinition(each))]) {
    const plans = [];
    for (const each of part) plans.push(await planObject(options, await controller.paths.of(each), each));
    for (const plan of plans) {
      await carryOut(options, plan);
      done.set(subjectOf(plan.desired), plan.action);
    }
  }
}

/** Deletes the objects that are no longer in git. */
async function prune({ api, paths }: Controller, gone: readonly Manifest[], done: Map<string, Action>): Promise<void> {
  for (const each of gone) {
    const { status } = await api.request('DELETE', await paths.of(each), { propagationPolicy: 'Background' });
    if (status < 300) done.set(subjectOf(each), 'deleted');
  }
}

async function attempt(
  controller: Controller,
  source: Source,
  kustomization: Kustomization,
  done: Map<string, Action>,
): Promise<{ readonly verdict: Verdict; readonly attempt: Attempt }> {
  const { revision } = source;
  const spec = fieldsOf(kustomization['spec']);
  try {
    const manifests = build(source.manifests, spec, source);
    const ignore = listOf(spec['ignore']).filter(isFields);
    await applyAll(controller, manifests, { ...controller, ignore }, done);
    const inventory = inventoryOf(manifests);
    if (spec['prune'] === true) await prune(controller, goneFrom(kustomization, inventory), done);
    const message = `Applied revision: ${revision}`;
    return {
      verdict: { status: 'True', reason: 'ReconciliationSucceeded', message },
      attempt: { revision, inventory },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof BuildError ? 'BuildFailed' : 'ReconciliationFailed';
    return { verdict: { status: 'False', reason, message }, attempt: { revision } };
  }
}

/** One reconciliation of one Kustomization, as kustomize-controller does it, its status included. */
export async function reconcile(controller: Controller, source: Source): Promise<Reconciliation> {
  const name = `${source.namespace}/${source.name}`;
  const { status, body: kustomization } = await controller.api.request('GET', kustomizationPath(source));
  if (status !== 200) return { kustomization: name, reason: 'Missing', message: `GET answered ${status}`, objects: {} };
  if (fieldsOf(kustomization['spec'])['suspend'] === true) {
    return { kustomization: name, reason: 'Suspended', message: 'spec.suspend is set', objects: {} };
  }
  const { revision } = source;
  const progress: Verdict = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' };
  await writeStatus(controller, source, statusOf(kustomization, progress, { revision }));
  const done = new Map<string, Action>();
  const result = await attempt(controller, source, kustomization, done);
  await writeStatus(controller, source, statusOf(kustomization, result.verdict, result.attempt));
  const { reason, message } = result.verdict;
  return { kustomization: name, reason, message, objects: Object.fromEntries(done) };
}
