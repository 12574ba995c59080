import { isFields, listOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import { randomSuffix } from './random-suffix.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function accessVolume(name: string): unknown {
  const items = [{ key: 'ca.crt', path: 'ca.crt' }];
  const namespace = { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items } },
        { downwardAPI: { items: [namespace] } },
      ],
      defaultMode: 420,
    },
  };
}

function toleration(key: string): unknown {
  return { key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
}

/** What admission adds to each new Pod: service account, its pull secrets and token volume, tolerations, priority. */
export function admitPod(store: Store, pod: Pod): void {
  const { spec } = pod;
  spec.serviceAccountName ??= 'default';
  spec['serviceAccount'] = spec.serviceAccountName;
  const account = store.get(kinds.serviceAccount, `${pod.metadata.namespace ?? ''}/${spec.serviceAccountName}`);
  if ((spec.imagePullSecrets ?? []).length === 0) {
    const secrets = listOf(account?.['imagePullSecrets']).filter(isFields);
    if (secrets.length > 0) spec.imagePullSecrets = secrets.map((secret) => ({ name: String(secret['name']) }));
  }
  if (spec['automountServiceAccountToken'] !== false) {
    const name = `kube-api-access-${randomSuffix()}`;
    spec['volumes'] = [...listOf(spec['volumes']), accessVolume(name)];
    for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      const mount = { name, readOnly: true, mountPath: mountPath };
      container['volumeMounts'] = [...listOf(container['volumeMounts']), mount];
    }
  }
  spec['tolerations'] ??= [toleration('not-ready'), toleration('unreachable')];
  spec['priority'] ??= 0;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
}
