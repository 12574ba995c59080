import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { readMetadata } from '../objects/metadata.ts';
import type { PinPolicy } from '../types.ts';

const name = 'keelson-pin';
const group = '/apis/admissionregistration.k8s.io';

/** `v1` from Kubernetes 1.36 on, `v1beta1` where somebody switched it on. */
const versions = ['v1', 'v1beta1'] as const;

async function versionOf(http: KubeHttp, path: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const found = readMetadata(await http.request({ path: `${path}/${name}`, ...(signal && { signal }) }));
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
 * Knows whether new pods are given the digest of our annotation: policy and binding are there, and no pod was seen without since. A
 * policy that does not do its work is believed again once somebody changed it or its binding, or a pod carries its digest after all.
 */
export function createPinPolicy(http: KubeHttp): PinPolicy {
  let there: string | undefined;
  let failed: string | undefined;
  return {
    get works() {
      return there !== undefined && failed !== there;
    },
    async refresh(signal) {
      there = await find(http, signal);
    },
    seen(carried) {
      failed = carried ? undefined : there;
    },
  };
}
