import { fields, strings } from '../fields.ts';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { pinVersionKey } from '../keys.ts';
import { readMetadata } from '../objects/metadata.ts';
import type { PinPolicy } from './types.ts';

const name = 'keelson-pin';
const group = '/apis/admissionregistration.k8s.io';

/** `v1` from Kubernetes 1.36 on; `v1beta1` where the feature gate MutatingAdmissionPolicy is on. */
const versions = ['v1', 'v1beta1'] as const;

/** Policy and binding, or one of them, as they were read. */
interface Present {
  /** uid and resourceVersion. */
  readonly id: string;
  readonly pinVersion: number;
}

async function get(http: KubeHttp, path: string, signal?: AbortSignal): Promise<Present | undefined> {
  try {
    const object = await http.request({ path: `${path}/${name}`, signal });
    const metadata = readMetadata(object);
    const version = Number(strings(fields(fields(object).metadata).annotations)[pinVersionKey] ?? 1);
    return metadata && { id: `${metadata.uid}/${metadata.resourceVersion}`, pinVersion: version };
  } catch (error) {
    if (error instanceof KubeError && (error.code === 'not-found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

async function find(http: KubeHttp, signal?: AbortSignal): Promise<Present | undefined> {
  for (const version of versions) {
    const policy = await get(http, `${group}/${version}/mutatingadmissionpolicies`, signal);
    if (policy === undefined) continue;
    const binding = await get(http, `${group}/${version}/mutatingadmissionpolicybindings`, signal);
    return binding && { id: `${policy.id} ${binding.id}`, pinVersion: policy.pinVersion };
  }
  return undefined;
}

/**
 * Whether new pods get the digest of their pin annotation: policy and binding exist, and no pod was seen without its digest since. A policy that
 * failed so in a namespace works there again once it or its binding changed, or once a pod carries its digest after all.
 */
export function createPinPolicy(http: KubeHttp): PinPolicy {
  let present: Present | undefined;
  /** By namespace: the policy that failed there. */
  const failed = new Map<string, string>();
  return {
    get installed() {
      return present !== undefined;
    },
    get replacesDigests() {
      return present !== undefined && present.pinVersion >= 2;
    },
    worksIn: (namespace) => present !== undefined && failed.get(namespace) !== present.id,
    async refresh(signal) {
      const before = present?.id;
      present = await find(http, signal);
      if (present?.id !== before) failed.clear();
    },
    seen(namespace, carried) {
      if (carried || present === undefined) failed.delete(namespace);
      else failed.set(namespace, present.id);
    },
  };
}
