import { fieldsOf, isFields, listOf } from '../json.ts';
import type { Container, PodSpec } from '../objects/pod.ts';

/** Always for `:latest` and for no tag, else IfNotPresent; a digest counts as a tag (core/v1 defaults). */
function pullPolicy(image: string): string {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: unknown): void {
  if (!isFields(probe)) return;
  probe['timeoutSeconds'] ??= 1;
  probe['periodSeconds'] ??= 10;
  probe['successThreshold'] ??= 1;
  probe['failureThreshold'] ??= 3;
  const http = probe['httpGet'];
  if (!isFields(http)) return;
  http['path'] ??= '/';
  http['scheme'] ??= 'HTTP';
}

function defaultVolume(volume: unknown): void {
  const { configMap, secret, projected } = fieldsOf(volume);
  for (const source of [configMap, secret, projected]) if (isFields(source)) source['defaultMode'] ??= 420;
}

function defaultContainer(container: Container): void {
  for (const port of container.ports ?? []) port['protocol'] ??= 'TCP';
  for (const probe of ['readinessProbe', 'livenessProbe', 'startupProbe']) defaultProbe(container[probe]);
  container['resources'] ??= {};
  container['terminationMessagePath'] ??= '/dev/termination-log';
  container['terminationMessagePolicy'] ??= 'File';
  if (container.image !== undefined) container.imagePullPolicy ??= pullPolicy(container.image);
}

/** Fills what the API server fills in every pod spec, also those in templates. Changes it in place. */
export function defaultPodSpec(spec: PodSpec): void {
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) defaultContainer(container);
  for (const volume of listOf(spec['volumes'])) defaultVolume(volume);
  spec.restartPolicy ??= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec['dnsPolicy'] ??= 'ClusterFirst';
  spec['securityContext'] ??= {};
  spec['schedulerName'] ??= 'default-scheduler';
  if (spec.serviceAccountName !== undefined) spec['serviceAccount'] ??= spec.serviceAccountName;
}
