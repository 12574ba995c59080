import { readJob } from '../../../kube/src/objects/job.ts';
import { readPod } from '../../../kube/src/objects/pod.ts';
import { readReplicaSet } from '../../../kube/src/objects/replica-set.ts';
import { readWorkload } from '../../../kube/src/objects/workload.ts';
import { mutateJson } from './mutate.ts';
import { digest } from './of-texts.ts';
import type { Target } from './target.ts';
import { inputsOf } from './target.ts';

const image = 'registry.gitlab.com/ops/myapp:latest';
const metadata = {
  name: 'myapp',
  namespace: 'myapp',
  uid: '7d3f',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-11-20T08:15:00Z',
  labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
  annotations: { 'keelson.sh/policy': 'force', 'keelson.sh/pin': `{"myapp":"${digest}"}` },
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'myapp-5d9', uid: '9a', controller: true }],
  managedFields: [
    {
      manager: 'kustomize-controller',
      operation: 'Apply',
      time: '2026-11-20T08:15:00Z',
      fieldsV1: {
        'f:spec': {
          'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"myapp"}': { 'f:image': {} } } } },
        },
      },
    },
  ],
};
const podSpec = {
  containers: [{ name: 'myapp', image, env: [{ name: 'A', value: 'b' }] }],
  initContainers: [{ name: 'migrate', image: `${image}@${digest}`, restartPolicy: 'Always' }],
  imagePullSecrets: [{ name: 'regcred' }],
};
const condition = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'm' };
const template = { metadata: { labels: { app: 'myapp' }, annotations: { 'keelson.sh/x': 'y' } }, spec: podSpec };

const workload = {
  metadata,
  spec: {
    replicas: 2,
    paused: false,
    selector: { matchLabels: { app: 'myapp' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 1 } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    template,
    jobTemplate: { spec: { template } },
  },
  status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [condition] },
};
const pod = {
  metadata,
  spec: podSpec,
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-20T08:15:00Z' }],
    containerStatuses: [
      {
        name: 'myapp',
        image,
        imageID: `docker-pullable://registry.gitlab.com/ops/myapp@${digest}`,
        ready: false,
        restartCount: 4,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting' } },
        lastState: {
          terminated: { exitCode: 137, signal: 9, reason: 'OOMKilled', finishedAt: '2026-11-20T08:15:00Z' },
        },
      },
    ],
  },
};
const job = { metadata, spec: { template }, status: { startTime: '2026-11-20T08:15:00Z', conditions: [condition] } };

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const;

/** Objects as the API server hands them out: whoever may write them chooses most of what is in them. */
export const ofCluster: readonly Target[] = [
  inputsOf('workloads', (random) => {
    const text = mutateJson(random, workload);
    return () => withValue(text, (value) => kinds.map((kind) => readWorkload(kind, value)));
  }),
  inputsOf('pods, Jobs, ReplicaSets', (random) => {
    const text = mutateJson(random, random.pick<unknown>([pod, job, workload]));
    return () => withValue(text, (value) => [readPod(value), readJob(value), readReplicaSet(value)]);
  }),
];

function withValue(text: string, read: (value: unknown) => unknown): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The client of the API server refuses what is no JSON.
    return undefined;
  }
  return read(value);
}
