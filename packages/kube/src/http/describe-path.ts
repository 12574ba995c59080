/** What a path of the API server names, for messages and roles. */
export interface Target {
  /** `deployments.apps`, `pods`, `pods/log`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

const pattern =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<sub>[^/]+))?$/;

/** Reads `/apis/apps/v1/namespaces/shop/deployments/web`; undefined for paths that name no resource, such as `/version`. */
export function targetOf(path: string): Target | undefined {
  const { group, namespace, resource, name, sub } = pattern.exec(path)?.groups ?? {};
  if (resource === undefined) return undefined;
  return {
    resource: `${resource}${sub === undefined ? '' : `/${sub}`}${group === undefined ? '' : `.${group}`}`,
    ...(namespace === undefined ? {} : { namespace: decodeURIComponent(namespace) }),
    ...(name === undefined ? {} : { name: decodeURIComponent(name) }),
  };
}

/** `deployments.apps "web" in namespace shop`, for messages. */
export function describeTarget(path: string): string {
  const target = targetOf(path);
  if (target === undefined) return path;
  const name = target.name === undefined ? '' : ` "${target.name}"`;
  return `${target.resource}${name}${target.namespace === undefined ? '' : ` in namespace ${target.namespace}`}`;
}
