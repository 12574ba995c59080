import type { KubeHttp } from '@keelson/kube';
import { getIfThere } from '@keelson/kube';
import { z } from 'zod';
import { probe } from './probe.ts';
import type { Line } from './schema.ts';

const admission = '/apis/admissionregistration.k8s.io';

/** The admission policy that pins pods. Keelson works without it, and then writes rollbacks by other write paths. */
export function pinPolicy(http: KubeHttp): Promise<readonly Line[]> {
  const code = 'pin-policy';
  return probe(code, async () => {
    const [policy, binding] = await Promise.all([
      findIn(http, 'mutatingadmissionpolicies/keelson-pin'),
      findIn(http, 'mutatingadmissionpolicybindings/keelson-pin'),
    ]);
    if (policy && binding) {
      return [
        { code, status: 'ok', message: 'The admission policy keelson-pin exists: it pins new pods to their digest.' },
      ];
    }
    if (policy) {
      const message = 'The admission policy keelson-pin has no binding, so it has no effect.';
      return [{ code, status: 'note', message, remedy: 'Apply all of infrastructure/keelson-pin.' }];
    }
    const message = 'The admission policy keelson-pin does not exist: beside Flux or Argo CD, pods start from the tag.';
    const remedy =
      'On Kubernetes 1.36 or later apply infrastructure/keelson-pin, on 1.34 or later with its feature switched on too; docs/rollback.md says what happens without it.';
    return [{ code, status: 'note', message, remedy }];
  });
}

/** In the version that the cluster serves. */
async function findIn(http: KubeHttp, path: string): Promise<unknown> {
  return (await getIfThere(http, `${admission}/v1/${path}`)) ?? getIfThere(http, `${admission}/v1beta1/${path}`);
}

const kustomizations = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      status: z
        .object({
          conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') })),
        })
        .partial()
        .default({}),
    }),
  ),
});

/** Flux, and which of its Kustomizations are not ready. Keelson works without Flux. */
export function flux(http: KubeHttp): Promise<readonly Line[]> {
  const code = 'flux';
  return probe(code, async () => {
    const found = await getIfThere(http, '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
    if (found === undefined) {
      const message = 'Flux is not installed: nothing applies manifests from git.';
      return [{ code, status: 'note', message, remedy: 'flux bootstrap, if you want it; docs/clusters.md says how.' }];
    }
    const { items } = kustomizations.parse(found);
    const bad = items.flatMap(({ metadata, status }) => {
      const ready = status.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'False' ? [{ ...metadata, why: ready.message }] : [];
    });
    if (bad.length === 0) {
      const count = `${items.length} Kustomization${items.length === 1 ? '' : 's'}`;
      return [{ code, status: 'ok', message: `Flux is installed, with ${count}; none failed.` }];
    }
    return bad.map(({ namespace, name, why }) => ({
      code,
      status: 'note',
      message: `Kustomization ${namespace}/${name} is not ready: ${why.slice(0, 200)}`,
      remedy: `flux -n ${namespace} events --for Kustomization/${name}`,
    }));
  });
}
