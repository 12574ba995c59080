import { fluxKinds } from '../owner/flux-kinds.ts';
import type { FluxOwner, Owner } from '../types.ts';

interface OwnerMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers of the object itself, as managedFields names them. */
  readonly managers: readonly string[];
}

/** The objects of Flux that an object's labels name, in the order in which they are asked. Anybody may write such labels: see createOwnerProofs. */
export function fluxClaims({ labels }: Pick<OwnerMetadata, 'labels'>): readonly FluxOwner[] {
  const types = ['flux-kustomization', 'flux-helmrelease'] as const;
  return types.flatMap((type) => {
    const { group } = fluxKinds[type];
    const name = labels[`${group}/name`];
    const namespace = labels[`${group}/namespace`];
    return name && namespace ? [{ type, namespace, name }] : [];
  });
}

/** The application controller of Argo CD, by its names in managedFields. */
const argoManager = /^argocd-(application-)?controller$/;

/**
 * The Argo CD application that applies an object. Since 3.0 an annotation names it, `<application>:<group>/<kind>:<namespace>/<name>`; before, a
 * label did, by default one that Helm charts and people set as well, so that its field manager has to confirm it.
 */
function argoApplication({ labels, annotations, managers }: OwnerMetadata): string | undefined {
  const tracked = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0];
  const instance = managers.some((name) => argoManager.test(name)) ? labels['app.kubernetes.io/instance'] : undefined;
  return tracked || labels['argocd.argoproj.io/instance'] || instance || undefined;
}

/** The owner where no object of Flux is. */
export function argoOwner(metadata: OwnerMetadata): Owner {
  const application = argoApplication(metadata);
  return application === undefined ? { type: 'none' } : { type: 'argocd', application };
}

/** Who reconciles an object's spec, by the labels and annotations that GitOps tools put on what they apply. Not proven. */
export function ownerOf(metadata: OwnerMetadata): Owner {
  return fluxClaims(metadata)[0] ?? argoOwner(metadata);
}
