/** Which HelmRelease. */
export interface ReleaseKey {
  readonly namespace: string;
  readonly name: string;
}

export const helmGroup = 'helm.toolkit.fluxcd.io';

export function releasePath({ namespace, name }: ReleaseKey): string {
  return `/apis/${helmGroup}/v2/namespaces/${namespace}/helmreleases/${name}`;
}
