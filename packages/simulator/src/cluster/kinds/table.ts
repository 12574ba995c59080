import type { z } from 'zod';
import type { Fields } from '../json.ts';
import { fieldsOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';
import { podShape } from '../objects/pod.ts';
import {
  cronJobShape,
  daemonSetShape,
  deploymentShape,
  jobShape,
  replicaSetShape,
  statefulSetShape,
} from '../objects/workloads.ts';
import type { KindInfo } from './kind.ts';
import { validateLease } from './lease-validation.ts';
import {
  defaultKustomization,
  defaultNamespace,
  defaultSecret,
  defaultService,
  prepareEvent,
  prepareNamespace,
  prepareService,
} from './other-defaults.ts';
import { validatePod } from './pod-validation.ts';
import type { Shape } from './shape.ts';
import { shapes } from './shape.ts';
import { ownSelector, workloadDefaults } from './workload-defaults.ts';
import { validateCronJob, validateWorkload } from './workload-validation.ts';

type Options = Partial<Omit<KindInfo, 'group' | 'version' | 'apiVersion' | 'kind' | 'plural'>>;

function row(apiVersion: string, kind: string, plural: string, options: Options = {}): KindInfo {
  const [first = '', second] = apiVersion.split('/');
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    apiVersion,
    kind,
    plural,
    namespaced: true,
    short: [],
    status: false,
    scale: false,
    generation: 'none',
    custom: false,
    shape: shapes.plain,
    schema: undefined,
    defaults: undefined,
    prepare: undefined,
    validate: undefined,
    selectable: {},
    ...options,
  };
}

function workload(schema: z.ZodType<Fields>, options: Options = {}): Options {
  const common = { status: true, scale: true, generation: 'spec', shape: shapes.workload } as const;
  return { ...common, schema, defaults: workloadDefaults, validate: validateWorkload, ...options };
}

function withStatus(shape: Shape, options: Options = {}): Options {
  return { status: true, generation: 'spec', shape, ...options };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads a text at a path of fields, '' when it is not there. */
function at(...path: string[]): (object: KubeObject) => string {
  return (object) => {
    const value = path.reduce<unknown>((place, field) => fieldsOf(place)[field], object);
    return value === undefined || value === null ? '' : text(value);
  };
}

const podFields = {
  'status.phase': at('status', 'phase'),
  'spec.nodeName': at('spec', 'nodeName'),
  'spec.restartPolicy': at('spec', 'restartPolicy'),
  'spec.schedulerName': at('spec', 'schedulerName'),
  'spec.serviceAccountName': at('spec', 'serviceAccountName'),
  'status.podIP': at('status', 'podIP'),
};

const eventFields = {
  'involvedObject.kind': at('involvedObject', 'kind'),
  'involvedObject.namespace': at('involvedObject', 'namespace'),
  'involvedObject.name': at('involvedObject', 'name'),
  'involvedObject.uid': at('involvedObject', 'uid'),
  reason: at('reason'),
  type: at('type'),
};

const clusterScoped: Options = { namespaced: false, generation: 'spec', shape: shapes.withSpec };

/** Every kind that is served. One more kind is one more row. */
export const builtInKinds: readonly KindInfo[] = [
  row('v1', 'Namespace', 'namespaces', {
    namespaced: false,
    short: ['ns'],
    status: true,
    shape: shapes.namespace,
    defaults: defaultNamespace,
    prepare: prepareNamespace,
    selectable: { 'status.phase': at('status', 'phase') },
  }),
  row('v1', 'Node', 'nodes', {
    namespaced: false,
    short: ['no'],
    status: true,
    shape: shapes.node,
    selectable: { 'spec.unschedulable': at('spec', 'unschedulable') },
  }),
  row('v1', 'Pod', 'pods', {
    short: ['po'],
    status: true,
    generation: 'spec',
    shape: shapes.pod,
    schema: podShape,
    defaults: workloadDefaults,
    validate: validatePod,
    selectable: podFields,
  }),
  row('v1', 'Secret', 'secrets', { defaults: defaultSecret, selectable: { type: at('type') } }),
  row('v1', 'ServiceAccount', 'serviceaccounts', { short: ['sa'], shape: shapes.serviceAccount }),
  row('v1', 'ConfigMap', 'configmaps', { short: ['cm'] }),
  row('v1', 'Service', 'services', {
    short: ['svc'],
    status: true,
    shape: shapes.service,
    defaults: defaultService,
    prepare: prepareService,
  }),
  row('v1', 'Event', 'events', { short: ['ev'], shape: shapes.event, prepare: prepareEvent, selectable: eventFields }),
  row(
    'apps/v1',
    'Deployment',
    'deployments',
    workload(deploymentShape, { short: ['deploy'], generation: 'spec-and-annotations' }),
  ),
  row('apps/v1', 'ReplicaSet', 'replicasets', workload(replicaSetShape, { short: ['rs'] })),
  row('apps/v1', 'StatefulSet', 'statefulsets', workload(statefulSetShape, { short: ['sts'] })),
  row('apps/v1', 'DaemonSet', 'daemonsets', workload(daemonSetShape, { short: ['ds'], scale: false })),
  row('apps/v1', 'ControllerRevision', 'controllerrevisions', {
    shape: { fields: { ...shapes.plain.fields, data: { atomic: true } } },
  }),
  row('batch/v1', 'Job', 'jobs', workload(jobShape, { scale: false, shape: shapes.job, prepare: ownSelector })),
  row(
    'batch/v1',
    'CronJob',
    'cronjobs',
    workload(cronJobShape, { short: ['cj'], scale: false, shape: shapes.cronJob, validate: validateCronJob }),
  ),
  row('networking.k8s.io/v1', 'Ingress', 'ingresses', withStatus(shapes.withSpec, { short: ['ing'] })),
  row('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', {
    generation: 'spec',
    shape: shapes.withSpec,
    short: ['netpol'],
  }),
  row('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', withStatus(shapes.withSpec, { short: ['pdb'] })),
  row('coordination.k8s.io/v1', 'Lease', 'leases', { shape: shapes.withSpec, validate: validateLease }),
  row('admissionregistration.k8s.io/v1', 'MutatingAdmissionPolicy', 'mutatingadmissionpolicies', clusterScoped),
  row(
    'admissionregistration.k8s.io/v1',
    'MutatingAdmissionPolicyBinding',
    'mutatingadmissionpolicybindings',
    clusterScoped,
  ),
  row(
    'kustomize.toolkit.fluxcd.io/v1',
    'Kustomization',
    'kustomizations',
    withStatus(shapes.custom, { short: ['ks'], defaults: defaultKustomization, custom: true }),
  ),
  row(
    'helm.toolkit.fluxcd.io/v2',
    'HelmRelease',
    'helmreleases',
    withStatus(shapes.custom, { short: ['hr'], custom: true }),
  ),
];

/** A kind of the table by its name; the names are ours, so one that is missing is a mistake in the table. */
function kindNamed(name: string): KindInfo {
  const found = builtInKinds.find((each) => each.kind === name);
  if (found === undefined) throw new TypeError(`no such kind in the table: ${name}`);
  return found;
}

/** The kinds that the controllers use. */
export const kinds = {
  namespace: kindNamed('Namespace'),
  node: kindNamed('Node'),
  pod: kindNamed('Pod'),
  secret: kindNamed('Secret'),
  serviceAccount: kindNamed('ServiceAccount'),
  configMap: kindNamed('ConfigMap'),
  event: kindNamed('Event'),
  deployment: kindNamed('Deployment'),
  replicaSet: kindNamed('ReplicaSet'),
  statefulSet: kindNamed('StatefulSet'),
  daemonSet: kindNamed('DaemonSet'),
  controllerRevision: kindNamed('ControllerRevision'),
  job: kindNamed('Job'),
  cronJob: kindNamed('CronJob'),
  mutatingAdmissionPolicy: kindNamed('MutatingAdmissionPolicy'),
  mutatingAdmissionPolicyBinding: kindNamed('MutatingAdmissionPolicyBinding'),
};

export function kindOf(apiVersion: string, kind: string): KindInfo | undefined {
  return builtInKinds.find((each) => each.apiVersion === apiVersion && each.kind === kind);
}
