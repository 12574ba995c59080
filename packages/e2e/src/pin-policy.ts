import { readFile } from 'node:fs/promises';
import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { waitUntil } from './wait-until.ts';

/** What a cluster's owner installs, as it is. */
const policy = new URL('../../../infrastructure/keelson-pin/policy.yaml', import.meta.url);
const admission = '/apis/admissionregistration.k8s.io/v1';
const plurals = {
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings',
};

const document = z.looseObject({
  kind: z.enum(['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']),
  metadata: z.looseObject({ name: z.string() }),
});
const pod = z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }) });

async function documents(): Promise<readonly z.output<typeof document>[]> {
  return parseAllDocuments(await readFile(policy, 'utf8')).map((each) => document.parse(each.toJS()));
}

function pathOf({ kind, metadata }: z.output<typeof document>): string {
  return `${admission}/${plurals[kind]}/${metadata.name}`;
}

/** Installs the admission policy `keelson-pin`, and waits until the API server enacts it. */
export async function installPolicy(kube: KubeHttp): Promise<void> {
  for (const each of await documents()) {
    await kube.request({
      method: 'PATCH',
      path: pathOf(each),
      query: { fieldManager: 'kubectl', force: true },
      contentType: 'application/apply-patch+yaml',
      body: each,
    });
  }
  await waitUntil('pods are pinned', () => pins(kube));
}

/** Removes it where it is installed, and waits until new pods are left as they are. */
export async function removePolicy(kube: KubeHttp): Promise<void> {
  for (const each of await documents()) {
    await kube.request({ method: 'DELETE', path: pathOf(each) }).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }
  await waitUntil('pods are no longer pinned', async () => !(await pins(kube)));
}

/** Whether a new pod would be given the digest of its annotation. */
async function pins(kube: KubeHttp): Promise<boolean> {
  const image = 'probe.test/app:latest';
  const pinned = `${image}@sha256:${'ab'.repeat(32)}`;
  const answer = await kube.request({
    method: 'POST',
    path: '/api/v1/namespaces/default/pods',
    query: { dryRun: 'All' },
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'probe-', annotations: { 'digest.keelson.sh/app': pinned } },
      spec: { containers: [{ name: 'app', image }] },
    },
  });
  return pod.parse(answer).spec.containers[0].image === pinned;
}
