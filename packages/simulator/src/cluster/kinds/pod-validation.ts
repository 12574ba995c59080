import type { Cause } from '../api-error.ts';
import { cause } from '../api-error.ts';
import { canonical } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Container, Pod, PodSpec } from '../objects/pod.ts';
import { isPod } from '../objects/pod.ts';

function containers(list: readonly Container[], path: string): Cause[] {
  const seen = new Set<string>();
  return list.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const causes: Cause[] = [];
    if (container.name === '') causes.push(cause.required(`${at}.name`));
    else if (seen.has(container.name)) causes.push(cause.duplicate(`${at}.name`, container.name));
    seen.add(container.name);
    if (container.image === undefined || container.image === '') causes.push(cause.required(`${at}.image`));
    return causes;
  });
}

/** What a pod spec lacks, under that path. */
export function podSpecCauses(spec: PodSpec, path: string): Cause[] {
  const list = spec.containers ?? [];
  const none = list.length === 0 ? [cause.required(`${path}.containers`)] : containers(list, `${path}.containers`);
  return [...none, ...containers(spec.initContainers ?? [], `${path}.initContainers`)];
}

/** All of a spec but what may change in a running pod. */
function fixedPart(pod: Pod): string {
  const withoutImage = (container: Container) => ({ ...container, image: undefined });
  return canonical({
    ...pod.spec,
    containers: pod.spec.containers?.map(withoutImage),
    initContainers: pod.spec.initContainers?.map(withoutImage),
    tolerations: undefined,
    activeDeadlineSeconds: undefined,
    terminationGracePeriodSeconds: undefined,
    nodeName: undefined,
  });
}

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePod(object: KubeObject, live: KubeObject | undefined): Cause[] {
  if (!isPod(object)) return [];
  const causes = podSpecCauses(object.spec, 'spec');
  const changed = isPod(live) && live.spec !== object.spec && fixedPart(live) !== fixedPart(object);
  return changed ? [...causes, cause.forbidden('spec', mayChange)] : causes;
}
