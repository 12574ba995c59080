import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import { waitUntil } from './wait-until.ts';

const admission = '/apis/admissionregistration.k8s.io/v1';

/**
 * Has the real API server refuse every update of a Deployment in a namespace by the user of the tests' kubeconfig (its controllers go on),
 * until the returned function is called. A refusal by admission, as a policy engine in a cluster makes it.
 */
export async function refuseByAdmission(kube: KubeHttp, namespace: string): Promise<() => Promise<void>> {
  const name = `refuse-${namespace}`;
  await kube.request({
    method: 'POST',
    path: `${admission}/validatingadmissionpolicies`,
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] },
          ],
        },
        matchConditions: [
          {
            name: 'ours',
            expression: `request.namespace == '${namespace}' && 'system:masters' in request.userInfo.groups`,
          },
        ],
        validations: [{ expression: 'false', message: 'no deploys today' }],
      },
    },
  });
  await kube.request({
    method: 'POST',
    path: `${admission}/validatingadmissionpolicybindings`,
    body: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  });
  await waitUntil('updates are refused', async () => !(await updatable(kube, namespace)));
  return async () => {
    await kube.request({ method: 'DELETE', path: `${admission}/validatingadmissionpolicybindings/${name}` });
    await waitUntil('updates are allowed', () => updatable(kube, namespace));
  };
}

/** Whether an update that changes nothing in the end would be accepted. */
async function updatable(kube: KubeHttp, namespace: string): Promise<boolean> {
  try {
    await kube.request({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/myapp`,
      query: { dryRun: 'All', fieldManager: 'e2e' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { labels: { probe: String(Date.now()) } } },
    });
    return true;
  } catch (error) {
    if (error instanceof KubeError) return false;
    throw error;
  }
}
