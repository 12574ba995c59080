import { fieldsOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';

const name = 'keelson-pin';
const prefix = 'digest.keelson.sh/';
const versionKey = 'keelson.sh/pin-version';
const pinned = /^[^@ ]+@sha256:[0-9a-f]{64}$/;
const pinnedFrom = /^[^ ]+ [^@ ]+@sha256:[0-9a-f]{64}$/;

/** As infrastructure/keelson-pin/policy.yaml says it in CEL: the one admission policy that this cluster enacts. */
export function pinPod(store: Store, pod: Pod): void {
  const binding = store.get(kinds.mutatingAdmissionPolicyBinding, `/${name}`);
  if (fieldsOf(binding?.['spec'])['policyName'] !== name) return;
  const policy = store.get(kinds.mutatingAdmissionPolicy, `/${name}`);
  if (policy === undefined) return;
  const isFirst = policy.metadata.annotations?.[versionKey] === undefined;
  const annotations = pod.metadata.annotations ?? {};
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    const pin = annotations[prefix + container.name];
    const [from, to] = pin === undefined ? [] : fieldsOfPin(pin, isFirst);
    if (from === container.image && to !== undefined) container.image = to;
  }
}

/** The image as in the template, and the image for pods. */
function fieldsOfPin(pin: string, isFirst: boolean): readonly (string | undefined)[] {
  if (pinned.test(pin)) return [pin.split('@')[0], pin];
  return pinnedFrom.test(pin) && !isFirst ? pin.split(' ') : [];
}
