import type { Cause } from '../api-error.ts';
import { cause } from '../api-error.ts';
import { equal, fieldsOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';
import type { DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../objects/workloads.ts';
import { isCronJob, isDaemonSet, isDeployment, isJob, isReplicaSet, isStatefulSet } from '../objects/workloads.ts';
import { matchesSelector } from '../selectors/label.ts';
import { podSpecCauses } from './pod-validation.ts';

type Selecting = Deployment | ReplicaSet | StatefulSet | DaemonSet;

function selecting(object: Selecting, live: KubeObject | undefined): Cause[] {
  const { spec } = object;
  const causes: Cause[] = [];
  if (spec.replicas !== undefined && spec.replicas < 0) {
    causes.push(cause.invalid('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  }
  if (!spec.selector) causes.push(cause.required('spec.selector'));
  const labels = spec.template.metadata?.labels;
  if (!spec.selector || !matchesSelector(spec.selector, labels ?? {})) {
    causes.push(cause.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  causes.push(...podSpecCauses(spec.template.spec, 'spec.template.spec'));
  const policy = spec.template.spec.restartPolicy;
  if (policy !== 'Always') {
    causes.push(cause.unsupported('spec.template.spec.restartPolicy', policy, ['Always']));
  }
  const before = live === undefined ? undefined : fieldsOf(live['spec'])['selector'];
  if (before !== undefined && !equal(before, spec.selector)) {
    causes.push(cause.invalid('spec.selector', spec.selector, 'field is immutable'));
  }
  return causes;
}

function strategy({ spec }: Deployment): Cause[] {
  if (spec.strategy?.type !== 'Recreate' || !spec.strategy.rollingUpdate) return [];
  const why = "may not be specified when strategy `type` is 'Recreate'";
  return [cause.forbidden('spec.strategy.rollingUpdate', why)];
}

function job(object: Job, live: KubeObject | undefined): Cause[] {
  const causes = jobTemplateCauses(object.spec.template, 'spec.template');
  if (isJob(live) && !equal(live.spec.template, object.spec.template)) {
    causes.push(cause.invalid('spec.template', object.spec.template, 'field is immutable'));
  }
  return causes;
}

function jobTemplateCauses(template: Job['spec']['template'], path: string): Cause[] {
  const causes = podSpecCauses(template.spec, `${path}.spec`);
  if (template.spec.restartPolicy === 'Always' || template.spec.restartPolicy === undefined) {
    causes.push(cause.required(`${path}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  }
  return causes;
}

export function validateWorkload(object: KubeObject, live: KubeObject | undefined): Cause[] {
  if (isDeployment(object)) return [...selecting(object, live), ...strategy(object)];
  if (isReplicaSet(object) || isStatefulSet(object) || isDaemonSet(object)) {
    return selecting(object, live);
  }
  return isJob(object) ? job(object, live) : [];
}

/** A CronJob: its schedule and the pod spec in its job template. */
export function validateCronJob(object: KubeObject): Cause[] {
  if (!isCronJob(object)) return [];
  const { schedule, jobTemplate } = object.spec;
  const causes = schedule === undefined || schedule === '' ? [cause.required('spec.schedule')] : [];
  return [...causes, ...jobTemplateCauses(jobTemplate.spec.template, 'spec.jobTemplate.spec.template')];
}
