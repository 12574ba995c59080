import type { Owner, Workload, WritePath } from '../types.ts';

export type Warn = WritePath['warnings'];

const policy =
  'Install the admission policy of Keelson (infrastructure/keelson-pin; Kubernetes 1.36 and newer have what it needs): a digest then reaches the pods and the image stays as git says.';

/** Who may put the image back, and when, in the middle of a sentence; undefined: nobody. */
function whoUndoes(owner: Owner): string | undefined {
  switch (owner.type) {
    case 'none':
      return undefined;
    case 'flux-kustomization':
      return `Flux puts back the image that git names at the next reconciliation of Kustomization ${owner.namespace}/${owner.name}`;
    case 'flux-helmrelease':
      return `Flux puts back the image of the chart at the next upgrade of HelmRelease ${owner.namespace}/${owner.name}, or within its interval where spec.driftDetection.mode is "enabled"`;
    case 'argocd':
      return `Argo CD shows Application ${owner.application} as OutOfSync, and puts back the image that git names at the next sync, within seconds where selfHeal is on`;
  }
}

/** How to keep an image where the policy cannot be had. */
function otherwise({ owner, kind, name }: Workload): string {
  if (owner.type === 'flux-helmrelease') {
    return ` Otherwise add /spec/template/spec/containers to spec.driftDetection.ignore of the HelmRelease for ${kind} ${name}.`;
  }
  if (owner.type === 'argocd') {
    return ' Otherwise set ignoreDifferences with managedFieldsManagers: [keelson] and the sync option RespectIgnoreDifferences=true in the Application.';
  }
  return '';
}

/** What a rollback will be worth: nothing to say where a Kustomization can be told to keep it. */
export function mayBeReverted(workload: Workload): ReturnType<Warn> {
  return workload.owner.type === 'flux-kustomization' ? [] : reverted(workload);
}

/** That an image in the object itself does not last: by whom it is undone, when, and how to mend that. */
export function reverted(workload: Workload): ReturnType<Warn> {
  const who = whoUndoes(workload.owner);
  if (who === undefined) return [];
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  return [
    {
      code: 'may-be-reverted',
      message: `A rollback of ${name} may be undone: ${who}. ${policy}${otherwise(workload)}`,
    },
  ];
}
