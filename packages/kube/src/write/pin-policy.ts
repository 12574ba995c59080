import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { readMetadata } from '../objects/metadata.ts';
import type { PinPolicy } from './types.ts';

const name = 'keelson-pin';
const group = '/apis/admissionregistration.k8s.io';

/** `v1` from Kubernetes 1.36 on; `v1beta1` where the feature gate MutatingAdmissionPolicy is on. */
const versions = ['v1', 'v1beta1'] as const;

async function versionOf(http: KubeHttp, path: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const found = readMetadata(await http.request({ path: `${path}/${name}`, signal }));
    return found && `${found.uid}/${found.resourceVersion}`;
  } catch (error) {
    if (error instanceof KubeError && (error.code === 'not-found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

async function find(http: KubeHttp, signal?: AbortSignal): Promise<string | undefined> {
  for (const version of versions) {
    const policy = await versionOf(http, `${group}/${version}/mutatingadmissionpolicies`, signal);
    if (policy === undefined) continue;
    const binding = await versionOf(http, `${group}/${version}/mutatingadmissionpolicybindings`, signal);
    return binding && `${policy} ${binding}`;
  }
  return undefined;
}

/**
 * Whether new pods get the digest of their pin annotation: policy and binding exist, and no pod was seen without its digest since. A policy that
 * failed so works again once it or its binding changed, or once a pod carries its digest after all.
 */
export function createPinPolicy(http: KubeHttp): PinPolicy {
  /** uid and resourceVersion of policy and binding. */
  let present: string | undefined;
  let failed: string | undefined;
  return {
    get works() {
      return present !== undefined && failed !== present;
    },
    async refresh(signal) {
      present = await find(http, signal);
    },
    seen(carried) {
      failed = carried ? undefined : present;
    },
  };
}
