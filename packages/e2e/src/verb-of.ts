import type { RecordedRequest } from './recorded-api.ts';

const path =
  /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+(?:\/namespaces\/[^/]+)?\/(?<resource>[a-z]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[a-z]+))?)?$/;

/** What a request needs a right for, as RBAC calls it: `apps/deployments patch`, `/pods/log get`. */
export function rightFor({ method, url }: RecordedRequest): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const groups = path.exec(pathname)?.groups;
  if (!groups) throw new Error(`${pathname} is no path of a resource.`);
  const { group = '', resource, name, sub } = groups;
  const readMany = searchParams.get('watch') ? 'watch' : 'list';
  const read = name === undefined ? readMany : 'get';
  const verb = { GET: read, POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
  return `${group}/${resource}${sub === undefined ? '' : `/${sub}`} ${verb}`;
}
