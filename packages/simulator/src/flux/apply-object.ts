import type { ApiClient } from '../api-client.ts';
import type { Fields } from '../cluster/json.ts';
import { equal, fieldsOf, isFields, listOf } from '../cluster/json.ts';
import { jsonPatch } from '../cluster/patch/json-patch.ts';
import { cleanup, fluxManager } from './cleanup.ts';
import type { Manifest } from './manifest.ts';
import { manifestsIn, subjectOf, textsIn } from './manifest.ts';
import { selects } from './selector.ts';

const applyPatchType = 'application/apply-patch+yaml';
const jsonPatchType = 'application/json-patch+json';
const maxAttempts = 10;
const group = 'kustomize.toolkit.fluxcd.io';

/** What one reconciliation did about an object. */
export type Action = 'created' | 'configured' | 'unchanged' | 'skipped' | 'deleted';

export interface ApplyOptions {
  readonly api: ApiClient;
  readonly override: readonly string[];
  /** `spec.ignore` of the Kustomization. */
  readonly ignore: readonly Fields[];
}

/** What is to be done about an object after its dry run. */
export interface Plan {
  readonly path: string;
  readonly desired: Manifest;
  readonly action: Action;
}

/** The value of a label or annotation, in small letters. */
function marked(object: unknown, key: string): string | undefined {
  const { labels, annotations } = fieldsOf(fieldsOf(object)['metadata']);
  return (textsIn(annotations)[key] ?? textsIn(labels)[key])?.toLowerCase();
}

function isSkipped(desired: Manifest, live: Fields | undefined): boolean {
  const either = new Set(
    [desired, live].flatMap((each) => [marked(each, `${group}/reconcile`), marked(each, `${group}/ssa`)]),
  );
  if (either.has('disabled') || either.has('ignore')) return true;
  return live !== undefined && marked(desired, `${group}/ssa`) === 'ifnotpresent';
}

/** Without the paths that the Kustomization wants left alone; a path that is not there is none to leave. */
function withoutIgnored(manifest: Manifest, ignore: readonly Fields[]): Fields {
  const rules = ignore.filter(({ target }) => !isFields(target) || selects(target, manifest));
  const paths = rules.flatMap(({ paths: each }) => listOf(each)).map(String);
  return paths.reduce<Fields>((left, path) => {
    try {
      return fieldsOf(jsonPatch(left, [{ op: 'remove', path }]));
    } catch {
      return left;
    }
  }, manifest);
}

/** Labels, annotations, and all that is neither metadata nor status (fluxcd/pkg/ssa, hasDrifted). */
export function hasDrifted(live: Fields, wanted: Fields): boolean {
  const said = (object: Fields) => {
    const { metadata, status: _status, ...rest } = object;
    const { labels = {}, annotations = {} } = fieldsOf(metadata);
    return { rest, labels, annotations };
  };
  return !equal(said(live), said(wanted));
}

async function apply({ api }: ApplyOptions, path: string, desired: Fields, dry: boolean): Promise<Fields> {
  const query = `?fieldManager=${fluxManager}&force=true${dry ? '&dryRun=All' : ''}`;
  return api.do('PATCH', path + query, desired, applyPatchType);
}

/** The object without what the Kustomization ignores; as it is where there is none yet. */
function desiredOf(manifest: Manifest, live: Fields | undefined, { ignore }: ApplyOptions): Manifest {
  if (live === undefined || ignore.length === 0) return manifest;
  return manifestsIn(withoutIgnored(manifest, ignore))[0] ?? manifest;
}

export function versionOf(object: Fields): unknown {
  return fieldsOf(object['metadata'])['resourceVersion'];
}

async function dryRun(options: ApplyOptions, path: string, desired: Manifest): Promise<Fields> {
  return apply(options, path, desired, true).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${subjectOf(desired)} dry-run failed: ${why}`, { cause: error });
  });
}

/** Makes the fields of some managers kustomize-controller's; false: the object changed in between. */
async function cleanUp({ api }: ApplyOptions, path: string, operations: readonly unknown[]): Promise<boolean> {
  const query = `?fieldManager=${fluxManager}`;
  const { status, body } = await api.request('PATCH', path + query, operations, jsonPatchType);
  if (status >= 300 && status !== 409)
    throw new Error(`The managers of ${path} stay (${status}): ${String(body['message'])}`);
  return status !== 409;
}

/**
 * Reads the live object, applies git's to it as a dry run, cleans up who manages what, and says what is to be written: nothing where
 * the two agree (fluxcd/pkg/ssa, ApplyAll). Where a controller wrote in between it reads again, as Flux does by its retry. Throws what
 * the API server says.
 */
export async function planObject(options: ApplyOptions, path: string, manifest: Manifest): Promise<Plan> {
  for (let tries = 0; ; tries += 1) {
    const { status, body: live } = await options.api.request('GET', path);
    if (isSkipped(manifest, status === 200 ? live : undefined)) return { path, desired: manifest, action: 'skipped' };
    const desired = desiredOf(manifest, status === 200 ? live : undefined, options);
    const wanted = await dryRun(options, path, desired);
    if (status !== 200) return { path, desired, action: 'created' };
    if (tries < maxAttempts && versionOf(wanted) !== versionOf(live)) continue;
    const keepsManagers = [live, manifest].some((each) => marked(each, `${group}/ssa`) === 'merge');
    const operations = keepsManagers ? [] : cleanup(live, options.override);
    if (operations.length > 0 && !(await cleanUp(options, path, operations)) && tries < maxAttempts) continue;
    const drifted = operations.length > 0 || hasDrifted(live, wanted);
    return { path, desired, action: drifted ? 'configured' : 'unchanged' };
  }
}

/** Writes what the plan says is to be written. */
export async function carryOut(options: ApplyOptions, { path, desired, action }: Plan): Promise<void> {
  if (action === 'created' || action === 'configured') await apply(options, path, desired, false);
}
