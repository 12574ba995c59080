import { createHash } from 'node:crypto';
import type { Fields } from '../../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../../cluster/json.ts';

/** The fields of helm-controller's Go structs, in their order: unknown ones are not kept when it reads the object. */
const imageFields = ['name', 'newName', 'newTag', 'digest'];
const targetFields = ['group', 'version', 'kind', 'namespace', 'name', 'annotationSelector', 'labelSelector'];

function picked(value: Fields, names: readonly string[], always: string): Fields {
  const kept = names.filter((name) => name === always || (value[name] !== undefined && value[name] !== ''));
  return Object.fromEntries(kept.map((name) => [name, value[name] ?? '']));
}

function patchOf(patch: Fields): Fields {
  const target = patch['target'];
  return { patch: patch['patch'] ?? '', ...(isFields(target) ? { target: picked(target, targetFields, '') } : {}) };
}

function rendererOf(renderer: Fields): Fields {
  const { kustomize } = renderer;
  if (!isFields(kustomize)) return {};
  const patches = listOf(kustomize['patches']).map((each) => patchOf(fieldsOf(each)));
  const images = listOf(kustomize['images']).map((each) => picked(fieldsOf(each), imageFields, 'name'));
  return {
    kustomize: { ...(patches.length > 0 ? { patches } : {}), ...(images.length > 0 ? { images } : {}) },
  };
}

/** `status.observedPostRenderersDigest` (internal/postrender, Digest): of what Go's encoder writes, its newline included. '' without a list. */
export function postRenderersDigest(spec: Fields): string {
  const { postRenderers } = spec;
  if (!Array.isArray(postRenderers)) return '';
  const text = JSON.stringify(listOf(postRenderers).map((each) => rendererOf(fieldsOf(each))));
  const escaped = text.replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `sha256:${createHash('sha256').update(`${escaped}\n`).digest('hex')}`;
}
