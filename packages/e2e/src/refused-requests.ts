import type { AccessRequest } from './access-env.ts';
import { followed, other } from './access-env.ts';

interface Row {
  readonly title: string;
  readonly request: AccessRequest;
}

const apps = '/apis/apps/v1';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const fluxLabels = '/apis/kustomize.toolkit.fluxcd.io/v1';
const admission = '/apis/admissionregistration.k8s.io/v1';
const merge = 'application/merge-patch+json';

const within = (namespace: string, plural: string, api = '/api/v1') => `${api}/namespaces/${namespace}/${plural}`;

/** Nothing of this would be done even if it were allowed. */
const dry = 'dryRun=All';
const get = (path: string): AccessRequest => ({ path });
const watch = (path: string): AccessRequest => ({ path: `${path}?watch=true&timeoutSeconds=1` });
const create = (path: string): AccessRequest => ({ method: 'POST', path: `${path}?${dry}`, body: '{}' });
const remove = (path: string): AccessRequest => ({ method: 'DELETE', path: `${path}?${dry}` });
const replace = (path: string): AccessRequest => ({ method: 'PUT', path: `${path}?${dry}`, body: '{}' });
const patch = (path: string): AccessRequest => ({ ...create(path), method: 'PATCH', contentType: merge });

const secrets = within(followed, 'secrets');
const pods = within(followed, 'pods');
const deployments = within(followed, 'deployments', apps);
const kustomizations = within('flux-system', 'kustomizations', fluxLabels);

/** What Keelson may do in neither form, one request each. */
export const refused: readonly Row[] = [
  { title: 'to read a secret that no role names', request: get(`${secrets}/database`) },
  { title: 'to read a pull secret in a namespace that no role names', request: get(within(other, 'secrets/registry')) },
  { title: 'to list secrets', request: get(secrets) },
  { title: 'to list secrets everywhere', request: get('/api/v1/secrets') },
  { title: 'to watch secrets', request: watch(secrets) },
  { title: 'to create a secret', request: create(secrets) },
  { title: 'to change a secret', request: patch(`${secrets}/registry`) },
  { title: 'to delete a secret', request: remove(`${secrets}/registry`) },
  { title: 'to read a ConfigMap', request: get(within(followed, 'configmaps/kube-root-ca.crt')) },
  { title: 'to create a Deployment', request: create(deployments) },
  { title: 'to delete a Deployment', request: remove(`${deployments}/plain`) },
  { title: 'to PUT a Deployment (law 3)', request: replace(`${deployments}/plain`) },
  { title: 'to scale a Deployment', request: patch(`${deployments}/plain/scale`) },
  { title: 'to write the status of a Deployment', request: patch(`${deployments}/plain/status`) },
  { title: 'to delete a StatefulSet', request: remove(within(followed, 'statefulsets/database', apps)) },
  { title: 'to delete a DaemonSet', request: remove(within(followed, 'daemonsets/agent', apps)) },
  { title: 'to change a ReplicaSet', request: patch(within(followed, 'replicasets/plain', apps)) },
  { title: 'to create a Job', request: create(within(followed, 'jobs', '/apis/batch/v1')) },
  { title: 'to create a pod', request: create(pods) },
  { title: 'to change a pod', request: patch(`${pods}/database-0`) },
  { title: 'to delete all pods at once', request: remove(pods) },
  { title: 'to run a program in a pod', request: { method: 'POST', path: `${pods}/database-0/exec?command=id` } },
  { title: 'to attach to a pod', request: create(`${pods}/database-0/attach`) },
  { title: 'to forward a port', request: create(`${pods}/database-0/portforward`) },
  { title: 'to evict a pod', request: create(`${pods}/database-0/eviction`) },
  { title: 'to list nodes', request: get('/api/v1/nodes') },
  { title: 'to list namespaces', request: get('/api/v1/namespaces') },
  { title: 'to create a namespace', request: create('/api/v1/namespaces') },
  { title: 'to make a token of its own', request: create(within('keelson', 'serviceaccounts/keelson/token')) },
  { title: 'to list ServiceAccounts', request: get(within(followed, 'serviceaccounts')) },
  { title: 'to widen its own role', request: patch(`${rbac}/clusterroles/keelson`) },
  { title: 'to bind itself to more', request: create(`${rbac}/clusterrolebindings`) },
  { title: 'to bind itself to more in a namespace', request: create(within('keelson', 'rolebindings', rbac)) },
  { title: 'to list Kustomizations', request: get(kustomizations) },
  { title: 'to create a Kustomization', request: create(kustomizations) },
  { title: 'to delete a Kustomization', request: remove(`${kustomizations}/myapp`) },
  { title: 'to patch a Kustomization that no role names', request: patch(`${kustomizations}/redis`) },
  { title: 'to patch Flux itself', request: patch(`${kustomizations}/flux-system`) },
  { title: 'to patch a Kustomization elsewhere', request: patch(within(followed, 'kustomizations/owned', fluxLabels)) },
  {
    title: 'to read where git is',
    request: get(within('flux-system', 'gitrepositories/flux-system', '/apis/source.toolkit.fluxcd.io/v1')),
  },
  { title: 'to read another policy', request: get(`${admission}/mutatingadmissionpolicies/somebody`) },
  { title: 'to list policies', request: get(`${admission}/mutatingadmissionpolicies`) },
  { title: 'to change its own policy', request: patch(`${admission}/mutatingadmissionpolicies/keelson-pin`) },
  { title: 'to change a webhook', request: patch(`${admission}/mutatingwebhookconfigurations/somebody`) },
];

/** What it may do in the whole cluster in one form, and in the other only in the namespaces that it follows. */
export const refusedElsewhere: readonly Row[] = [
  { title: 'to read a ServiceAccount', request: get(within(other, 'serviceaccounts/default')) },
  { title: 'to read a Deployment', request: get(within(other, 'deployments/plain', apps)) },
  { title: 'to list Deployments', request: get(within(other, 'deployments', apps)) },
  { title: 'to change a Deployment', request: patch(within(other, 'deployments/plain', apps)) },
  { title: 'to change a CronJob', request: patch(within(other, 'cronjobs/nightly', '/apis/batch/v1')) },
  { title: 'to list pods', request: get(within(other, 'pods')) },
  { title: 'to delete a pod', request: remove(within(other, 'pods/database-0')) },
  { title: 'to read a log', request: get(within(other, 'pods/database-0/log')) },
  { title: 'to list pods everywhere, among them those', request: get('/api/v1/pods') },
];
