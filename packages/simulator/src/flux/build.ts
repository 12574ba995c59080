import type { Fields } from '../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../cluster/json.ts';
import { setImages } from './images.ts';
import type { Manifest } from './manifest.ts';
import { BuildError, withPatch } from './patches.ts';

const group = 'kustomize.toolkit.fluxcd.io';

/** The Kustomization that an object is of, on the object. */
export function ownerLabels({ name, namespace }: { readonly name: string; readonly namespace: string }) {
  return { [`${group}/name`]: name, [`${group}/namespace`]: namespace };
}

/**
 * What kustomize-controller makes of git's manifests: the Kustomization's patches, then its images (kustomize's own order), then the
 * labels that say whose they are. Throws BuildError.
 */
export function build(
  manifests: readonly Manifest[],
  spec: Fields,
  kustomization: { readonly name: string; readonly namespace: string },
): Manifest[] {
  const patches = listOf(spec['patches']).filter(isFields);
  const images = listOf(spec['images']).filter(isFields);
  const built = patches.reduce<Manifest[]>(withPatch, structuredClone([...manifests]));
  try {
    setImages(built, images);
  } catch (error) {
    throw new BuildError('kustomize build failed: the name of an image is no expression', { cause: error });
  }
  return built.map((each) => ({
    ...each,
    metadata: { ...each.metadata, labels: { ...fieldsOf(each.metadata['labels']), ...ownerLabels(kustomization) } },
  }));
}
