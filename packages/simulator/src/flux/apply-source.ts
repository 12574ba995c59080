import type { Fields } from '../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../cluster/json.ts';
import type { Action, ApplyOptions } from './apply-object.ts';
import { carryOut, planObject } from './apply-object.ts';
import { build, ownerLabels } from './build.ts';
import { goneFrom, inventoryOf } from './inventory.ts';
import type { Manifest } from './manifest.ts';
import { subjectOf } from './manifest.ts';
import { BuildError } from './patches.ts';
import type { Controller, Source } from './reconcile.ts';
import type { Attempt, Verdict } from './status.ts';

const clusterDefinitions = new Set(['Namespace', 'CustomResourceDefinition']);

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

/** Deletes the objects that are no longer in git, but not those that another Kustomization has applied since (fluxcd/pkg/ssa, Delete). */
async function prune(
  { api, paths }: Controller,
  source: Source,
  gone: readonly Manifest[],
  done: Map<string, Action>,
): Promise<void> {
  const own = Object.entries(ownerLabels(source));
  for (const each of gone) {
    const path = await paths.of(each);
    const labels = fieldsOf(fieldsOf((await api.request('GET', path)).body['metadata'])['labels']);
    if (!own.every(([key, value]) => labels[key] === value)) continue;
    const { status } = await api.request('DELETE', path, { propagationPolicy: 'Background' });
    if (status < 300) done.set(subjectOf(each), 'deleted');
  }
}

/** What came of applying git. */
export interface Applied {
  readonly verdict: Verdict;
  readonly attempt: Attempt;
  readonly manifests: readonly Manifest[];
}

/** Builds and applies what git and the Kustomization say. */
export async function applySource(
  controller: Controller,
  source: Source,
  begun: Fields,
  done: Map<string, Action>,
): Promise<Applied> {
  const { revision } = source;
  const spec = fieldsOf(begun['spec']);
  try {
    const manifests = build(source.manifests, spec, source);
    const ignore = listOf(spec['ignore']).filter(isFields);
    await applyAll(controller, manifests, { ...controller, ignore }, done);
    const inventory = inventoryOf(manifests);
    if (spec['prune'] === true) await prune(controller, source, goneFrom(begun, inventory), done);
    const message = `Applied revision: ${revision}`;
    return {
      verdict: { status: 'True', reason: 'ReconciliationSucceeded', message },
      attempt: { revision, inventory },
      manifests,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof BuildError ? 'BuildFailed' : 'ReconciliationFailed';
    return { verdict: { status: 'False', reason, message }, attempt: { revision }, manifests: [] };
  }
}
