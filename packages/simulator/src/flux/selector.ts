import type { Fields } from '../cluster/json.ts';
import { labelSelector } from '../cluster/selectors/label.ts';
import type { Manifest } from './manifest.ts';
import { groupOf, namespaceOf, textsIn } from './manifest.ts';

/** Kustomize's selector of a patch's target: each field an expression for the whole text, absent ones fit all. */
export function selects(target: Fields, manifest: Manifest): boolean {
  const { apiVersion, kind, metadata } = manifest;
  const facts = {
    group: groupOf(manifest),
    version: apiVersion.split('/').at(-1) ?? '',
    kind,
    name: metadata.name,
    namespace: namespaceOf(manifest),
  };
  const named = Object.entries(facts).every(([field, text]) => {
    const wanted = target[field];
    return typeof wanted !== 'string' || wanted === '' || new RegExp(`^(?:${wanted})$`).test(text);
  });
  return (
    named &&
    fits(target['labelSelector'], metadata['labels']) &&
    fits(target['annotationSelector'], metadata['annotations'])
  );
}

function fits(selector: unknown, texts: unknown): boolean {
  return typeof selector !== 'string' || (labelSelector(selector)?.(textsIn(texts)) ?? true);
}
