import type { KubeObject } from '../objects/object.ts';
import { isPod } from '../objects/pod.ts';
import type { CronJob, DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../objects/workloads.ts';
import { isCronJob, isDaemonSet, isDeployment, isJob, isReplicaSet, isStatefulSet } from '../objects/workloads.ts';
import { defaultPodSpec } from './pod-defaults.ts';

function deployment({ spec }: Deployment): void {
  defaultPodSpec(spec.template.spec);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

function replicaSet({ spec }: ReplicaSet): void {
  defaultPodSpec(spec.template.spec);
  spec.replicas ??= 1;
}

function statefulSet({ spec }: StatefulSet): void {
  defaultPodSpec(spec.template.spec);
  spec.replicas ??= 1;
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.partition ??= 0;
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
  }
  spec.revisionHistoryLimit ??= 10;
  spec['persistentVolumeClaimRetentionPolicy'] ??= { whenDeleted: 'Retain', whenScaled: 'Retain' };
}

function daemonSet({ spec }: DaemonSet): void {
  defaultPodSpec(spec.template.spec);
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function job({ spec }: Job): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= 6;
  spec['completionMode'] ??= 'NonIndexed';
  spec.suspend ??= false;
  spec['manualSelector'] ??= false;
  spec['podReplacementPolicy'] ??= 'TerminatingOrFailed';
  defaultPodSpec(spec.template.spec);
}

/** A Job's pods are its own by its uid: selector and labels come with it (batch/v1 strategy, generateSelector). */
export function ownSelector(object: KubeObject): void {
  if (!isJob(object)) return;
  const uid = object.metadata.uid;
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': object.metadata.name,
    'controller-uid': uid,
    'job-name': object.metadata.name,
  };
  object.spec.selector ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const metadata = object.spec.template.metadata ?? {};
  object.spec.template.metadata = { ...metadata, labels: { ...labels, ...metadata.labels } };
  object.metadata.labels ??= object.spec.template.metadata.labels;
}

/** Fills what the API server fills for the kinds that carry pods. Changes the object in place; a second time does nothing. */
export function workloadDefaults(object: KubeObject, live: KubeObject | undefined): void {
  if (isDeployment(object)) deployment(object);
  else if (isReplicaSet(object)) replicaSet(object);
  else if (isStatefulSet(object)) statefulSet(object);
  else if (isDaemonSet(object)) daemonSet(object);
  else if (isJob(object)) job(object);
  else if (isPod(object)) {
    defaultPodSpec(object.spec);
    if (live === undefined) object.spec['enableServiceLinks'] ??= true;
  } else if (isCronJob(object)) cronJob(object);
}

function cronJob({ spec }: CronJob): void {
  spec['concurrencyPolicy'] ??= 'Allow';
  spec['suspend'] ??= false;
  spec['successfulJobsHistoryLimit'] ??= 3;
  spec['failedJobsHistoryLimit'] ??= 1;
  spec.jobTemplate.metadata ??= {};
  spec.jobTemplate.spec.template.metadata ??= {};
  defaultPodSpec(spec.jobTemplate.spec.template.spec);
}
