import { parseAllDocuments } from 'yaml';
import { patch, patchTypes } from './api/patcher.ts';
import type { Writer } from './api/writer.ts';
import { badRequest } from './api-error.ts';
import type { Fields } from './json.ts';
import { fieldsOf, isFields, listOf } from './json.ts';
import { kindOf, kinds } from './kinds/table.ts';
import type { KubeObject } from './objects/object.ts';
import type { Store } from './store/store.ts';

const manager = 'kubectl';

/** YAML documents, or the items of a List, as single objects. */
function objectsOf(manifests: unknown): Fields[] {
  if (typeof manifests === 'string') {
    return parseAllDocuments(manifests, { version: '1.1' }).flatMap((document) => objectsOf(document.toJS()));
  }
  if (Array.isArray(manifests)) return manifests.flatMap(objectsOf);
  if (!isFields(manifests)) return [];
  return manifests['kind'] === 'List' ? objectsOf(listOf(manifests['items'])) : [manifests];
}

/** Makes a namespace unless it is there. */
export function ensureNamespace(store: Store, writer: Writer, name: string, manager: string): void {
  if (store.get(kinds.namespace, `/${name}`) !== undefined) return;
  const metadata = { name, uid: '', resourceVersion: '' };
  writer.create(kinds.namespace, { apiVersion: 'v1', kind: 'Namespace', metadata }, { manager });
}

/** Server-side applies all of it as kubectl would, making namespaces on the way. */
export function applyManifests(store: Store, writer: Writer, now: () => number, manifests: unknown): KubeObject[] {
  return objectsOf(manifests).map((body) => {
    const kind = kindOf(String(body['apiVersion']), String(body['kind']));
    if (kind === undefined)
      throw badRequest(`no matches for kind "${String(body['kind'])}" in version "${String(body['apiVersion'])}"`);
    const { name, namespace: named } = fieldsOf(body['metadata']);
    const home = typeof named === 'string' ? named : 'default';
    const namespace = kind.namespaced ? home : undefined;
    if (namespace !== undefined) ensureNamespace(store, writer, namespace, manager);
    const live = store.get(kind, `${namespace ?? ''}/${String(name)}`);
    const options = { manager: manager };
    const request = {
      contentType: patchTypes.apply,
      body,
      name: String(name),
      namespace,
      options,
      fieldManager: manager,
      force: true,
    };
    return patch(writer, kind, live, request, now()).object;
  });
}
