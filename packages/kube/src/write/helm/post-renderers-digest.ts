import { createHash } from 'node:crypto';
import { fields, list, text } from '../../fields.ts';

type Json = Readonly<Record<string, unknown>>;

/** The fields with a text, in this order: helm-controller writes its Go structs, which leave out empty ones and know no others. */
function texts(value: unknown, names: readonly string[]): Json {
  const read = fields(value);
  return Object.fromEntries(names.flatMap((name) => (text(read[name]) ? [[name, read[name]] as const] : [])));
}

function patchJson(value: unknown): Json {
  const { patch, target } = fields(value);
  const selector = ['group', 'version', 'kind', 'namespace', 'name', 'annotationSelector', 'labelSelector'];
  return { patch: text(patch) ?? '', ...(target !== undefined && { target: texts(target, selector) }) };
}

function imageJson(value: unknown): Json {
  return { name: text(fields(value).name) ?? '', ...texts(value, ['newName', 'newTag', 'digest']) };
}

function rendererJson(value: unknown): Json {
  const { kustomize } = fields(value);
  if (kustomize === undefined) return {};
  const [patches, images] = [list(fields(kustomize).patches), list(fields(kustomize).images)];
  return {
    kustomize: {
      ...(patches.length > 0 && { patches: patches.map(patchJson) }),
      ...(images.length > 0 && { images: images.map(imageJson) }),
    },
  };
}

/** Go's encoder escapes these, so that JSON may stand in HTML. */
const escaped = /[<>&\u2028\u2029]/g;

function goEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * `status.observedPostRenderersDigest` as helm-controller computes it from `spec.postRenderers`: of Go's JSON of the list, with the newline that
 * its encoder ends with. '' without a list.
 */
export function postRenderersDigest(postRenderers: readonly unknown[] | undefined): string {
  if (postRenderers === undefined) return '';
  const json = JSON.stringify(postRenderers.map(rendererJson)).replace(escaped, goEscape);
  return `sha256:${createHash('sha256').update(`${json}\n`).digest('hex')}`;
}
