import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';

// A stored object never changes, so its JSON is written once, however many lists and watches send it.
const texts = new WeakMap<KubeObject, string>();

/** The object as JSON, `kind` and `apiVersion` first. */
export function encode(object: KubeObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const { kind, apiVersion, metadata, ...rest } = object;
  // what a dry run made was never stored
  const { resourceVersion, ...others } = metadata;
  const text = JSON.stringify({ kind, apiVersion, metadata: resourceVersion === '' ? others : metadata, ...rest });
  texts.set(object, text);
  return text;
}

/** As an item of a list, where the API server leaves `kind` and `apiVersion` out (but not for custom resources). */
export function encodeItem(kind: KindInfo, object: KubeObject): string {
  const text = encode(object);
  const prefix = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},`;
  return kind.custom || !text.startsWith(prefix) ? text : `{${text.slice(prefix.length)}`;
}

/** `as=PartialObjectMetadata` in an Accept header: metadata only is wanted. */
export function wantsMetadataOnly(accept: string | undefined): boolean {
  return /as=PartialObjectMetadata(List)?\b/.test(accept ?? '');
}

export function metadataOnly(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
