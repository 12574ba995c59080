import { fields, text } from '../../fields.ts';
import { apiVersionOf, templatePathOf } from '../../objects/kinds.ts';
import { pointer } from '../json-patch.ts';
import { gitImageKey } from '../keys.ts';
import type { Pin } from './pins.ts';

/** A container whose image is to be held; `image`: what it is to be. */
export interface PatchedContainer extends Omit<Pin, 'digest'> {
  /** True when it is seen to be the first of `containers`: git's own image of it can be copied from there. */
  readonly first: boolean;
}

const comment = '# keelson.sh/pin: ';

/** `Deployment/shop/web app`: what an entry of ours is about. The first line of its patch, which kustomize keeps and skips. */
export function pinMark({
  kind,
  namespace,
  name,
  container,
}: Pick<PatchedContainer, 'kind' | 'namespace' | 'name' | 'container'>): string {
  return `${kind}/${namespace}/${name} ${container}`;
}

/** What an entry of `spec.patches` is about, if it is one of ours. */
export function markOfPatch(entry: unknown): string | undefined {
  const [first = ''] = (text(fields(entry).patch) ?? '').split('\n');
  return first.startsWith(comment) ? first.slice(comment.length).trim() : undefined;
}

/** YAML of which every value is written as JSON, which needs no quoting rules of its own. */
function document(body: Readonly<Record<string, unknown>>): string {
  return Object.entries(body)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

/**
 * The entries of `spec.patches` that hold an image, each with our mark and a target, without which a patch that fits nothing stops the
 * whole Kustomization. Where kustomize sets the namespace itself, it does so after patching and calls it `default` before.
 *
 * The first two make the image that git names readable on the live object; only an index that is always there may be copied from.
 */
export function pinPatches(pinned: PatchedContainer): readonly unknown[] {
  const { kind, namespace, name, container, init, image, first } = pinned;
  const [group] = apiVersionOf(kind).split('/');
  const spaces = namespace === 'default' ? 'default' : `(${namespace}|default)`;
  const target = { group, kind, name: `^${name}$`, namespace: `^${spaces}$` };
  const entry = (patch: string) => ({ target, patch: `${comment}${pinMark(pinned)}\n${patch}` });
  const head = { apiVersion: apiVersionOf(kind), kind };
  const path = [...templatePathOf(kind), 'spec', init ? 'initContainers' : 'containers'];

  const held = path.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), [{ name: container, image }]);
  const hold = entry(document({ ...head, metadata: { name, namespace }, ...fields(held) }));
  const key = gitImageKey(container);
  const keyName = key.slice(key.indexOf('/') + 1);
  // Kubernetes takes 63 characters after the slash, and a container's name alone may be as long.
  if (!first || init || keyName.length > 63) return [hold];
  const copy = { op: 'copy', from: pointer(...path, 0, 'image'), path: pointer('metadata', 'annotations', key) };
  return [
    entry(document({ ...head, metadata: { name, namespace, annotations: { [key]: 'unknown' } } })),
    entry(`- ${JSON.stringify(copy)}\n`),
    hold,
  ];
}
