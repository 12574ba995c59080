import { fieldsOf } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';

const name = 'keelson-pin';
const prefix = 'digest.keelson.sh/';
const pinned = /^[^@ ]+@sha256:[0-9a-f]{64}$/;

/** As infrastructure/keelson-pin/policy.yaml says it in CEL: the one admission policy that this cluster enacts. */
export function pinPod(store: Store, pod: Pod): void {
  const binding = store.get(kinds.mutatingAdmissionPolicyBinding, `/${name}`);
  if (fieldsOf(binding?.['spec'])['policyName'] !== name) return;
  if (store.get(kinds.mutatingAdmissionPolicy, `/${name}`) === undefined) return;
  const annotations = pod.metadata.annotations ?? {};
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    const pin = annotations[prefix + container.name];
    if (pin !== undefined && pinned.test(pin) && pin.split('@')[0] === container.image) container.image = pin;
  }
}
