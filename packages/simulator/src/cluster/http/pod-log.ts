import { badRequest, notFound } from '../api-error.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Pod } from '../objects/pod.ts';
import { isPod } from '../objects/pod.ts';
import { flagIn, numberIn } from './query.ts';

/** What a kubelet kept of a container's output; undefined: that run never was. */
export type ReadLog = (pod: Pod, container: string, previous: boolean) => string | undefined;

function containerName(pod: Pod, asked: string | null): string {
  const all = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].map(({ name }) => name);
  const { name } = pod.metadata;
  if (asked !== null && asked !== '') {
    if (all.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [first = ''] = (pod.spec.containers ?? []).map((each) => each.name);
  if (all.length === 1) return first;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
}

function waitingText(pod: Pod, container: string): string {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const reason = statuses.find(({ name }) => name === container)?.state?.waiting?.reason ?? 'ContainerCreating';
  const known: Readonly<Record<string, string>> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: 'trying and failing to pull image',
  };
  return known[reason] ?? reason;
}

function tail(text: string, lines: number | undefined): string {
  if (lines === undefined) return text;
  if (lines === 0) return '';
  const ended = text.endsWith('\n');
  const all = (ended ? text.slice(0, -1) : text).split('\n');
  return all.slice(-lines).join('\n') + (ended ? '\n' : '');
}

/** GET pods/NAME/log with container, previous, tailLines. Throws 400 for a container that has not started. */
export function podLog(
  object: KubeObject | undefined,
  name: string,
  query: URLSearchParams,
  read: ReadLog,
): string | undefined {
  if (!isPod(object)) throw notFound(kinds.pod, name);
  if (object.spec.nodeName === undefined) return undefined;
  const container = containerName(object, query.get('container'));
  const previous = flagIn(query, 'previous') === true;
  const text = read(object, container, previous);
  if (text !== undefined) return tail(text, numberIn(query, 'tailLines'));
  if (previous) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waitingText(object, container)}`);
}
