import type { WorkloadKind } from '@keelson/core';
import { bounds } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, flag, list, number, optional, text } from '../fields.ts';
import type { Workload, WorkloadStatus } from '../types.ts';
import { readContainers } from './containers.ts';
import { keptKeys } from './kept-keys.ts';
import { templateOf } from './kinds.ts';
import { readConditions, readMetadata } from './metadata.ts';
import { argoOwner, fluxClaims } from './owner.ts';
import { readStrategy } from './strategy.ts';
import { templateHashesOf } from './template-hash.ts';
import { containerManagers, readWriters } from './writers.ts';

function readStatus(kind: WorkloadKind, status: Fields): WorkloadStatus {
  const common = { observedGeneration: number(status.observedGeneration), conditions: readConditions(status) };
  if (kind === 'DaemonSet') {
    return {
      ...common,
      replicas: number(status.currentNumberScheduled),
      updated: number(status.updatedNumberScheduled),
      available: number(status.numberAvailable),
    };
  }
  return {
    ...common,
    replicas: number(status.replicas),
    updated: number(status.updatedReplicas),
    available: number(status.availableReplicas),
    ...optional('updateRevision', text(status.updateRevision)),
  };
}

function desired(kind: WorkloadKind, spec: Fields, status: Fields): number {
  if (kind === 'DaemonSet') return number(status.desiredNumberScheduled);
  return kind === 'CronJob' ? 0 : number(spec.replicas, 1);
}

/** Trims an object of one of the four kinds to what Keelson reads; undefined for anything but a Kubernetes object. */
export function readWorkload(kind: WorkloadKind, object: unknown): Workload | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  const spec = fields(fields(object).spec);
  const status = fields(fields(object).status);
  const template = templateOf(kind, object);
  const podSpec = fields(template.spec);
  const { kept: annotations, more } = keptKeys(metadata.annotations);
  const { kept: labels, more: moreLabels } = keptKeys(metadata.labels);
  const managers = containerManagers(kind, metadata);
  const argo = argoOwner({ ...identity, kind, labels, annotations, managers });
  return {
    ...identity,
    kind,
    generation: number(metadata.generation),
    annotations,
    labels,
    ...optional('moreKeys', more + moreLabels || undefined),
    templateAnnotations: keptKeys(fields(template.metadata).annotations).kept,
    containers: readContainers(podSpec),
    imagePullSecrets: list(podSpec.imagePullSecrets)
      .slice(0, bounds.pullSecrets)
      .flatMap((secret) => text(fields(secret).name) ?? []),
    serviceAccountName: text(podSpec.serviceAccountName) ?? 'default',
    owner: fluxClaims({ labels })[0] ?? argo ?? { type: 'none' },
    ...optional('argo', argo),
    paused: flag(spec.paused) || flag(spec.suspend),
    replicas: desired(kind, spec, status),
    ...optional(
      'progressDeadlineSeconds',
      kind === 'Deployment' ? number(spec.progressDeadlineSeconds, 600) : undefined,
    ),
    ...optional('minReadySeconds', number(spec.minReadySeconds) || undefined),
    ...readStrategy(kind, spec),
    ...templateHashesOf(kind, object),
    writers: readWriters(kind, metadata),
    status: readStatus(kind, status),
  };
}
