import type { KindInfo } from '../kinds/kind.ts';
import { builtInKinds } from '../kinds/table.ts';

/** What a path of the API names. */
export interface Route {
  readonly kind: KindInfo;
  /** Undefined: all namespaces, or a kind without. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const byPath = new Map(builtInKinds.map((kind) => [`${kind.apiVersion}/${kind.plural}`, kind]));

/** `/api/v1/…`, `/apis/GROUP/VERSION/…`; undefined when the path is neither. */
export function isResourcePath(path: string): boolean {
  return /^\/api\/[^/]+\/.|^\/apis\/[^/]+\/[^/]+\/./.test(path);
}

/** Undefined: a resource that is not served. */
export function route(path: string): Route | undefined {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const apiVersion = parts[0] === 'api' ? parts[1] : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && rest[2] === 'status');
  const namespace = inNamespace ? rest[1] : undefined;
  const [plural = '', name, subresource] = inNamespace ? rest.slice(2) : rest;
  const kind = byPath.get(`${apiVersion}/${plural}`);
  if (kind === undefined || (inNamespace && !kind.namespaced)) return undefined;
  if (kind.namespaced && !inNamespace && name !== undefined) return undefined;
  return { kind, namespace, name: name === '' ? undefined : name, subresource };
}
