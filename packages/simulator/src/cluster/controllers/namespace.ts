import { builtInKinds, kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf } from '../objects/object.ts';
import type { Owned } from '../store/owner-index.ts';
import type { Control } from './control.ts';
import { controllerManager } from './control.ts';

function plain(kind: 'ServiceAccount' | 'ConfigMap', name: string, namespace: string): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace, uid: '', resourceVersion: '' } };
}

/** Every namespace has a service account `default` and the cluster's certificate. */
export function furnish(control: Control, namespace: string): void {
  const account = plain('ServiceAccount', 'default', namespace);
  control.writer.create(kinds.serviceAccount, account, { manager: controllerManager, managedFields: [] });
  const certificate = { ...plain('ConfigMap', 'kube-root-ca.crt', namespace), data: { 'ca.crt': '' } };
  control.writer.create(kinds.configMap, certificate, { manager: controllerManager });
}

function inside(control: Control, name: string): Owned[] {
  return builtInKinds
    .filter((kind) => kind.namespaced)
    .flatMap((kind) =>
      control.store.list(kind).flatMap((object) => (object.metadata.namespace === name ? [{ kind, object }] : [])),
    );
}

/** Empties a namespace that is being deleted, and removes it when nothing is left in it. */
export function reconcileNamespace(control: Control, name: string): void {
  const namespace = control.store.get(kinds.namespace, `/${name}`);
  if (!namespace?.metadata.deletionTimestamp) return;
  for (const { kind, object } of inside(control, name)) {
    if (control.store.get(kind, keyOf(object)) !== undefined) control.remover.remove(kind, keyOf(object));
  }
  if (inside(control, name).length === 0) control.store.remove(kinds.namespace, `/${name}`);
}
