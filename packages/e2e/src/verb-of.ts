import type { RecordedRequest } from './recorded-api.ts';

const path =
  /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[a-z]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[a-z]+))?)?$/;

/** Where Keelson has rights of its own, beside those in what it follows. */
const ownPlace = 'flux-system';

/** A right, with its place where that is one of its own: `apps/deployments patch`, `flux-system kustomize.toolkit.fluxcd.io/kustomizations get`. */
export function rightIn(namespace: string | undefined, right: string): string {
  return namespace === ownPlace ? `${namespace} ${right}` : right;
}

/** What a request needs a right for, as RBAC calls it: `apps/deployments patch`, `/pods/log get`. See `rightIn`. */
export function rightFor({ method, url }: RecordedRequest): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const groups = path.exec(pathname)?.groups;
  if (!groups) throw new Error(`${pathname} is no path of a resource.`);
  const { group = '', namespace, resource, name, sub } = groups;
  const readMany = searchParams.get('watch') ? 'watch' : 'list';
  const read = name === undefined ? readMany : 'get';
  const verb = { GET: read, POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
  return rightIn(namespace, `${group}/${resource}${sub === undefined ? '' : `/${sub}`} ${verb}`);
}
