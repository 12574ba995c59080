import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifests.ts';
import type { Naming } from './template.ts';
import { template } from './template.ts';

/** A message that says what already has the name or the host of a new app; undefined when nothing has. */
export function taken(root: string, manifests: readonly Manifest[], { name, host }: Naming): string | undefined {
  if (existsSync(join(root, 'apps', name))) return `The folder apps/${name} exists already.`;
  const namespace = manifests.find((each) => each.namespace === name);
  if (namespace) return `The namespace ${name} is taken: ${namespace.file} puts ${described(namespace)} into it.`;
  const flux = manifests.find((each) => each.kind === 'Kustomization' && each.name === name);
  if (flux) return `Flux has a Kustomization ${name} already: ${flux.file}.`;
  const ours = new Set(manifests.flatMap(({ texts }) => registriesOf(texts, template)));
  const image = manifests.find(({ texts }) => registriesOf(texts, name).some((registry) => ours.has(registry)));
  if (image) return `${image.file} runs an image called ${name}, which CI would build from the new app.`;
  const served = manifests.find(
    ({ kind, texts }) => kind === 'Ingress' && (texts.includes(host) || texts.includes(`dev.${host}`)),
  );
  if (served) return `The host ${host} or dev.${host} is served by ${described(served)} in ${served.file}.`;
  return undefined;
}

function described({ kind, name }: Manifest): string {
  return kind === 'Namespace' ? 'its objects' : `${kind} ${name}`;
}

/** The registry paths of images called `name` in these texts: `registry.example.com/group` of `registry.example.com/group/NAME:tag`. */
function registriesOf(texts: readonly string[], name: string): readonly string[] {
  const ending = `/${name}:`;
  return texts.flatMap((text) => {
    const end = text.lastIndexOf(ending);
    return end > 0 && !/[\s:]/.test(text.slice(0, end)) ? [text.slice(0, end)] : [];
  });
}
