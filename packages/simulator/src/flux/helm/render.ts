import type { Fields } from '../../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../../cluster/json.ts';
import { setImages } from '../images.ts';
import type { Manifest } from '../manifest.ts';
import { BuildError, withPatch } from '../patches.ts';
import type { ReleaseKey } from './release-path.ts';
import { helmGroup } from './release-path.ts';

/** One entry of `spec.postRenderers`: a build of kustomize over everything that was rendered before it, patches first. */
function postRendered(manifests: readonly Manifest[], renderer: Fields): Manifest[] {
  const kustomize = fieldsOf(renderer['kustomize']);
  const patched = listOf(kustomize['patches'])
    .filter(isFields)
    .reduce<Manifest[]>(withPatch, [...manifests]);
  try {
    setImages(patched, listOf(kustomize['images']).filter(isFields));
  } catch (error) {
    throw new BuildError('kustomize build failed: the name of an image is no expression', { cause: error });
  }
  return patched;
}

/** What a chart becomes: its manifests, changed by all post-renderers, with the labels that say whose they are. Throws BuildError. */
export function render(chart: readonly Manifest[], spec: Fields, { namespace, name }: ReleaseKey): Manifest[] {
  const { targetNamespace } = spec;
  const home = typeof targetNamespace === 'string' ? targetNamespace : namespace;
  const inNamespace = structuredClone([...chart]).map((each) => ({
    ...each,
    metadata: { namespace: home, ...each.metadata },
  }));
  const rendered = listOf(spec['postRenderers']).filter(isFields).reduce<Manifest[]>(postRendered, inNamespace);
  const origin = { [`${helmGroup}/name`]: name, [`${helmGroup}/namespace`]: namespace };
  return rendered.map((each) => ({
    ...each,
    metadata: { ...each.metadata, labels: { ...fieldsOf(each.metadata['labels']), ...origin } },
  }));
}
