import type { Fields } from '../cluster/json.ts';
import { fieldsOf, isFields, listOf } from '../cluster/json.ts';

interface ImageParts {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

/** kustomize api/internal/image, Split: only after the first slash is a colon a tag's. */
function split(image: string): ImageParts {
  const from = Math.max(0, image.indexOf('/'));
  const [named = '', digest = ''] = image.split('@');
  const colon = named.indexOf(':', from);
  if (colon < 0) return { name: named, tag: '', digest };
  return { name: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}

/** kustomize api/internal/image, IsImageMatched: the name is an expression, so it may carry a tag. */
function isMatched(image: string, name: string): boolean {
  return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** kustomize api/filters/imagetag: a new tag or a digest replaces both of what was there. */
function withEntry(image: string, entry: Fields): string {
  if (!isMatched(image, text(entry['name']))) return image;
  const before = split(image);
  const name = text(entry['newName']) || before.name;
  const [newTag, newDigest] = [text(entry['newTag']), text(entry['digest'])];
  const { tag, digest } = newTag === '' && newDigest === '' ? before : { tag: newTag, digest: newDigest };
  return `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
}

/** Changes the images of all containers and init containers, wherever they are, in place: entry after entry. */
export function setImages(place: unknown, entries: readonly Fields[]): void {
  if (Array.isArray(place)) for (const item of listOf(place)) setImages(item, entries);
  if (!isFields(place)) return;
  for (const container of [...listOf(place['containers']), ...listOf(place['initContainers'])]) {
    const image = fieldsOf(container)['image'];
    if (isFields(container) && typeof image === 'string') container['image'] = entries.reduce(withEntry, image);
  }
  for (const part of Object.values(place)) setImages(part, entries);
}
