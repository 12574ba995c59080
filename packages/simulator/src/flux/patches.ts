import { parseAllDocuments } from 'yaml';
import type { Fields } from '../cluster/json.ts';
import { fieldsOf, isFields } from '../cluster/json.ts';
import { kindOf } from '../cluster/kinds/table.ts';
import { jsonPatch } from '../cluster/patch/json-patch.ts';
import { strategicMerge } from '../cluster/patch/strategic.ts';
import type { Manifest } from './manifest.ts';
import { groupOf, manifestsIn, namespaceOf, subjectOf } from './manifest.ts';
import { selects } from './selector.ts';

/** What kustomize could not build. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

function failed(why: string, cause?: unknown): BuildError {
  return new BuildError(`kustomize build failed: ${why}`, { cause });
}

function contentOf(document: { toJS(): unknown }): unknown {
  return document.toJS();
}

/** Applies one entry of `spec.patches`. Throws BuildError. */
export function withPatch(manifests: readonly Manifest[], { patch, target }: Fields): Manifest[] {
  const documents = parseAllDocuments(typeof patch === 'string' ? patch : '');
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken !== undefined) throw failed(`unable to parse SM or JSON patch from [${String(patch)}]`, broken);
  const contents: unknown[] = documents.map(contentOf).filter((each) => each !== null);
  const [first] = contents;
  if (!Array.isArray(first)) {
    return contents.reduce<Manifest[]>((all, each) => merged(all, each, target), [...manifests]);
  }
  if (!isFields(target)) throw failed(`must specify a target for JSON patch [${String(patch)}]`);
  return manifests.map((each) => (selects(target, each) ? patched(each, first) : each));
}

/** One operation at a time: the message names it, and not the object (evanphx/json-patch). */
function patched(manifest: Manifest, operations: readonly unknown[]): Manifest {
  return operations.reduce<Manifest>((before, operation) => {
    try {
      return single(jsonPatch(before, [operation]));
    } catch (error) {
      const { op, path } = fieldsOf(operation);
      throw failed(
        `${String(op)} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`,
        error,
      );
    }
  }, manifest);
}

function single(value: unknown): Manifest {
  const [manifest] = manifestsIn(value);
  if (manifest === undefined) throw failed('a patch left no object');
  return manifest;
}

function isSameAs(patch: Manifest, manifest: Manifest): boolean {
  return (
    groupOf(patch) === groupOf(manifest) &&
    patch.kind === manifest.kind &&
    patch.metadata.name === manifest.metadata.name &&
    (namespaceOf(patch) || 'default') === (namespaceOf(manifest) || 'default')
  );
}

function merged(manifests: readonly Manifest[], patch: unknown, target: unknown): Manifest[] {
  if (!isFields(patch)) throw failed(`unable to parse SM or JSON patch from [${String(patch)}]`);
  const own = isFields(target) ? undefined : single(patch);
  const isTarget = (each: Manifest) => (own === undefined ? selects(fieldsOf(target), each) : isSameAs(own, each));
  const found = manifests.filter(isTarget);
  if (own !== undefined && found.length !== 1) {
    throw failed(`no resource matches strategic merge patch "${subjectOf(own)}": no matches for Id ${subjectOf(own)}`);
  }
  if (patch['$patch'] === 'delete') return manifests.filter((each) => !isTarget(each));
  return manifests.map((each) => (isTarget(each) ? mergedInto(each, patch) : each));
}

/** Whatever the patch says of it, the object keeps its identity. */
function mergedInto(manifest: Manifest, patch: Fields): Manifest {
  const { apiVersion, kind } = manifest;
  const { name, namespace } = manifest.metadata;
  const { name: _name, namespace: _namespace, ...metadata } = fieldsOf(patch['metadata']);
  const sent = { ...patch, apiVersion, kind, metadata: { ...metadata, name } };
  const whole = single(strategicMerge(manifest, sent, kindOf(apiVersion, kind)?.shape));
  if (namespace !== undefined) whole.metadata['namespace'] = namespace;
  return whole;
}
