import { randomBytes } from 'node:crypto';
import { listen } from '@keelson/process';
import { Remover } from './api/remover.ts';
import { Writer } from './api/writer.ts';
import { notFound } from './api-error.ts';
import { EventRecorder } from './controllers/event-recorder.ts';
import { ControllerManager } from './controllers/manager.ts';
import { controllerReference } from './controllers/pods.ts';
import { ReadyClock } from './controllers/ready-clock.ts';
import { Timers } from './controllers/timers.ts';
import { Faults } from './http/faults.ts';
import { RequestLog } from './http/request-log.ts';
import { createApiServer } from './http/server.ts';
import { Watches } from './http/watch.ts';
import { copy } from './json.ts';
import { kindOf, kinds } from './kinds/table.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { Kubelets } from './kubelet/kubelet.ts';
import { RegistryPuller } from './kubelet/registry.ts';
import { startScheduler } from './kubelet/scheduler.ts';
import { applyManifests, ensureNamespace } from './manifests.ts';
import type { KubeObject } from './objects/object.ts';
import { isPod } from './objects/pod.ts';
import { isCronJob } from './objects/workloads.ts';
import type { SimulatedCluster, SimulatedClusterOptions } from './options.ts';
import { Store } from './store/store.ts';

const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const logSize = 100_000;

function jobFrom(cronJob: KubeObject | undefined, name: string): KubeObject {
  if (!isCronJob(cronJob)) throw notFound(kinds.cronJob, name);
  const { namespace } = cronJob.metadata;
  const { metadata, spec } = copy(cronJob.spec.jobTemplate);
  const annotations = { 'cronjob.kubernetes.io/instantiate': 'manual' };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadata,
      name: '',
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      annotations,
      ownerReferences: [controllerReference(cronJob)],
      uid: '',
      resourceVersion: '',
    },
    spec,
  };
}

/**
 * A Kubernetes cluster in this process: the API over HTTP, the workload controllers, a scheduler and kubelets that pull from
 * registries. What it answers is what kube-apiserver 1.37 answers, as far as it goes; the README of this folder says how far.
 */
export async function startSimulatedCluster(options: SimulatedClusterOptions = {}): Promise<SimulatedCluster> {
  const { scale = 1, ...times } = options.times ?? {};
  const now = () => Date.now();
  const store = new Store();
  const writer = new Writer(store, now);
  const remover = new Remover(store, now);
  const timers = new Timers(scale);
  const watches = new Watches(store, options.bookmarkMs ?? 5000, scale);
  const events = new EventRecorder(writer, now);
  const control = { store, writer, remover, timers, events, ready: new ReadyClock(store, timers), now };
  const controllers = new ControllerManager(control);
  for (const name of namespaces) ensureNamespace(store, writer, name, 'kube-apiserver');
  startScheduler(control);
  const puller = new RegistryPuller(options.mirrors ?? {}, { keepsTag: options.keepsTag });
  const allTimes = { pullMs: 30, readyMs: 50, backoffMs: 1000, killMs: 20, ...times };
  const { nodes = 1, outcome: decide, runtime } = options;
  const kubelets = new Kubelets(control, { times: allTimes, nodes, puller, decide, runtime });
  const faults = new Faults(watches, store);
  const log = new RequestLog(logSize);
  let token = options.token ?? randomBytes(24).toString('hex');
  const tokens = new Set([token]);
  const served = { store, writer, remover, now, readLog: kubelets.log.bind(kubelets) };
  const http = createApiServer({ served, watches, faults, log, tokens });
  const server = `http://127.0.0.1:${await listen(http, options.port ?? 0)}`;

  return {
    server,
    faults,
    get token() {
      return token;
    },
    get kubeconfig() {
      return kubeconfigFor(server, token);
    },
    get requests() {
      return log.entries;
    },
    clearRequests: () => log.clear(),
    apply: (manifests) => applyManifests(store, writer, now, manifests),
    get(apiVersion, kind, namespace, name) {
      const found = kindOf(apiVersion, kind);
      return found === undefined ? undefined : store.get(found, `${namespace}/${name}`);
    },
    list(apiVersion, kind) {
      const found = kindOf(apiVersion, kind);
      return found === undefined ? [] : store.list(found);
    },
    onChange: (listener) => store.subscribe(({ kind }) => listener(kind.kind)),
    addressOf(namespace, pod, port) {
      const found = store.get(kinds.pod, `${namespace}/${pod}`);
      return isPod(found) ? kubelets.address(found, port) : undefined;
    },
    trigger(namespace, cronJob) {
      const job = jobFrom(store.get(kinds.cronJob, `${namespace}/${cronJob}`), cronJob);
      return writer.create(kinds.job, job, { manager: 'kubectl-create' });
    },
    rotateToken() {
      token = randomBytes(24).toString('hex');
      tokens.clear();
      tokens.add(token);
      return token;
    },
    async stop() {
      controllers.stop();
      await kubelets.stop();
      timers.stop();
      watches.stop();
      http.close();
      http.closeAllConnections();
      await puller.close();
    },
  };
}
