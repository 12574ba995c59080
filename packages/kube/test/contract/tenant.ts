import { vi } from 'vitest';
import type { KubeHttp } from '../../src/index.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';
import { may, signIn } from './sign-in.ts';

export interface Tenant {
  readonly namespace: string;
  /** Where roles are enforced: signed in with the ClusterRole `edit` in that namespace, and no other right. */
  readonly http: KubeHttp;
}

const rbac = 'rbac.authorization.k8s.io';

/** Somebody who may write objects in one namespace and read none in others. */
export async function openTenant({ cluster, http, namespace: make }: Harness): Promise<Tenant> {
  const namespace = await make();
  if (cluster.access === undefined) return { namespace, http };
  const signedIn = await signIn(http, cluster.access, { namespace, name: 'tenant' });
  await http.request({
    method: 'POST',
    path: `/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`,
    body: {
      metadata: { name: 'tenant' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', namespace, name: 'tenant' }],
    },
  });
  const right = { namespace, group: 'apps', resource: 'deployments', verb: 'create' };
  await vi.waitUntil(() => may(signedIn, right), soon);
  return { namespace, http: signedIn };
}
