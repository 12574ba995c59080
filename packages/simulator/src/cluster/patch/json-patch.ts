import { z } from 'zod';
import { badRequest, patchRejected } from '../api-error.ts';
import { copy, equal, isFields } from '../json.ts';

const operation = z.looseObject({
  op: z.string(),
  path: z.string(),
  from: z.string().optional(),
  value: z.unknown().optional(),
});

type Operation = z.infer<typeof operation>;

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
function pointer(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('/')) throw patchRejected();
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexIn(list: readonly unknown[], part: string, forAdding: boolean): number {
  if (forAdding && part === '-') return list.length;
  const index = /^(0|[1-9]\d*)$/.test(part) ? Number(part) : -1;
  if (index < 0 || index > list.length - (forAdding ? 0 : 1)) throw patchRejected();
  return index;
}

function step(place: unknown, part: string): unknown {
  if (Array.isArray(place)) return place[indexIn(place, part, false)];
  if (isFields(place)) return place[part];
  throw patchRejected();
}

function parentOf(document: unknown, path: string): { parent: unknown; last: string } {
  const parts = pointer(path);
  const last = parts.pop();
  if (last === undefined) throw patchRejected();
  return { parent: parts.reduce<unknown>(step, document), last };
}

function add(document: unknown, path: string, value: unknown): void {
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last, true), 0, value);
  else if (isFields(parent)) parent[last] = value;
  else throw patchRejected();
}

/** As the real server's library does it: replacing a field that an object lacks adds it; in a list it is refused. */
function replace(document: unknown, path: string, value: unknown): void {
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) parent[indexIn(parent, last, false)] = value;
  else if (isFields(parent)) parent[last] = value;
  else throw patchRejected();
}

function remove(document: unknown, path: string): unknown {
  const { parent, last } = parentOf(document, path);
  if (Array.isArray(parent)) return parent.splice(indexIn(parent, last, false), 1)[0];
  if (!isFields(parent) || parent[last] === undefined) throw patchRejected();
  const value = parent[last];
  delete parent[last];
  return value;
}

function test(document: unknown, path: string, value: unknown): void {
  const found = pointer(path).reduce<unknown>(step, document);
  if (!equal(found ?? null, value ?? null)) throw patchRejected();
}

function apply(document: unknown, { op, path, from, value }: Operation): void {
  if (op === 'add') add(document, path, copy(value));
  else if (op === 'replace') replace(document, path, copy(value));
  else if (op === 'remove') remove(document, path);
  else if (op === 'test') test(document, path, value);
  else if (op === 'copy') add(document, path, copy(pointer(from ?? '').reduce<unknown>(step, document)));
  else if (op === 'move') add(document, path, remove(document, from ?? ''));
  else throw patchRejected();
}

/**
 * RFC 6902 on a copy of the document. Throws 400 for a body that is no list of operations, 422 for a list that cannot be
 * applied: a `test` that fails, a path that is not there.
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  const parsed = z.array(operation).safeParse(patch);
  if (!parsed.success) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  const result = copy(document);
  for (const each of parsed.data) apply(result, each);
  return result;
}
