import type { AccessRequest } from './access-ground.ts';
import { FOLLOWED, OTHER } from './access-ground.ts';

interface Row {
  readonly title: string;
  readonly request: AccessRequest;
}

const APPS = '/apis/apps/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const FLUX = '/apis/kustomize.toolkit.fluxcd.io/v1';
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const MERGE = 'application/merge-patch+json';

const within = (namespace: string, plural: string, api = '/api/v1') => `${api}/namespaces/${namespace}/${plural}`;

/** Nothing of this would be done even if it were allowed. */
const dry = 'dryRun=All';
const get = (path: string): AccessRequest => ({ path });
const watch = (path: string): AccessRequest => ({ path: `${path}?watch=true&timeoutSeconds=1` });
const create = (path: string): AccessRequest => ({ method: 'POST', path: `${path}?${dry}`, body: '{}' });
const remove = (path: string): AccessRequest => ({ method: 'DELETE', path: `${path}?${dry}` });
const replace = (path: string): AccessRequest => ({ method: 'PUT', path: `${path}?${dry}`, body: '{}' });
const patch = (path: string): AccessRequest => ({ ...create(path), method: 'PATCH', contentType: MERGE });

const secrets = within(FOLLOWED, 'secrets');
const pods = within(FOLLOWED, 'pods');
const deployments = within(FOLLOWED, 'deployments', APPS);
const kustomizations = within('flux-system', 'kustomizations', FLUX);

/** What Keelson may do in neither form, one request each. */
export const REFUSED: readonly Row[] = [
  { title: 'to list secrets', request: get(secrets) },
  { title: 'to list secrets everywhere', request: get('/api/v1/secrets') },
  { title: 'to watch secrets', request: watch(secrets) },
  { title: 'to create a secret', request: create(secrets) },
  { title: 'to change a secret', request: patch(`${secrets}/pull`) },
  { title: 'to delete a secret', request: remove(`${secrets}/pull`) },
  { title: 'to read a ConfigMap', request: get(within(FOLLOWED, 'configmaps/kube-root-ca.crt')) },
  { title: 'to create a Deployment', request: create(deployments) },
  { title: 'to delete a Deployment', request: remove(`${deployments}/plain`) },
  { title: 'to PUT a Deployment (law 3)', request: replace(`${deployments}/plain`) },
  { title: 'to scale a Deployment', request: patch(`${deployments}/plain/scale`) },
  { title: 'to write the status of a Deployment', request: patch(`${deployments}/plain/status`) },
  { title: 'to delete a StatefulSet', request: remove(within(FOLLOWED, 'statefulsets/database', APPS)) },
  { title: 'to delete a DaemonSet', request: remove(within(FOLLOWED, 'daemonsets/agent', APPS)) },
  { title: 'to change a ReplicaSet', request: patch(within(FOLLOWED, 'replicasets/plain', APPS)) },
  { title: 'to create a Job', request: create(within(FOLLOWED, 'jobs', '/apis/batch/v1')) },
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
  { title: 'to list ServiceAccounts', request: get(within(FOLLOWED, 'serviceaccounts')) },
  { title: 'to widen its own role', request: patch(`${RBAC}/clusterroles/keelson`) },
  { title: 'to bind itself to more', request: create(`${RBAC}/clusterrolebindings`) },
  { title: 'to bind itself to more in a namespace', request: create(within('keelson', 'rolebindings', RBAC)) },
  { title: 'to list Kustomizations', request: get(kustomizations) },
  { title: 'to create a Kustomization', request: create(kustomizations) },
  { title: 'to delete a Kustomization', request: remove(`${kustomizations}/owned`) },
  { title: 'to patch a Kustomization elsewhere', request: patch(within(FOLLOWED, 'kustomizations/owned', FLUX)) },
  {
    title: 'to read where git is',
    request: get(within('flux-system', 'gitrepositories/flux-system', '/apis/source.toolkit.fluxcd.io/v1')),
  },
  { title: 'to read another policy', request: get(`${ADMISSION}/mutatingadmissionpolicies/somebody`) },
  { title: 'to list policies', request: get(`${ADMISSION}/mutatingadmissionpolicies`) },
  { title: 'to change its own policy', request: patch(`${ADMISSION}/mutatingadmissionpolicies/keelson-pin`) },
  { title: 'to change a webhook', request: patch(`${ADMISSION}/mutatingwebhookconfigurations/somebody`) },
];

/** What it may do in the whole cluster in one form, and in the other only in the namespaces that it follows. */
export const REFUSED_ELSEWHERE: readonly Row[] = [
  { title: 'to read a secret', request: get(within(OTHER, 'secrets/pull')) },
  { title: 'to read a ServiceAccount', request: get(within(OTHER, 'serviceaccounts/default')) },
  { title: 'to read a Deployment', request: get(within(OTHER, 'deployments/plain', APPS)) },
  { title: 'to list Deployments', request: get(within(OTHER, 'deployments', APPS)) },
  { title: 'to change a Deployment', request: patch(within(OTHER, 'deployments/plain', APPS)) },
  { title: 'to change a CronJob', request: patch(within(OTHER, 'cronjobs/nightly', '/apis/batch/v1')) },
  { title: 'to list pods', request: get(within(OTHER, 'pods')) },
  { title: 'to delete a pod', request: remove(within(OTHER, 'pods/database-0')) },
  { title: 'to read a log', request: get(within(OTHER, 'pods/database-0/log')) },
  { title: 'to list pods everywhere, among them those', request: get('/api/v1/pods') },
];
