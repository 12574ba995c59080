import { targetOf } from './describe-path.ts';

export interface KubeRequest {
  /** There is no PUT: whole objects are never written (law 3). @default GET */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server: `/apis/apps/v1/deployments`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default `application/json` */
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** For the whole exchange, in milliseconds; for a stream, until its first header. @default 30000 */
  readonly deadlineMs?: number;
}

/**
 * The API server over pooled connections. Every method throws KubeError, or the signal's own reason when that was aborted.
 * Only a GET that broke before any answer, and a request refused with 401, are tried again, once.
 */
export interface KubeHttp {
  readonly server: string;
  /** The answer's JSON. */
  request(request: KubeRequest): Promise<unknown>;
  /** The answer as it is: logs. */
  text(request: KubeRequest): Promise<string>;
  /** The answer's bytes as they come; leaving the loop, or the signal, cuts the connection. */
  stream(request: KubeRequest): Promise<AsyncIterable<Buffer>>;
  /** Cuts what is under way. */
  close(): Promise<void>;
}

/** The path with its query. */
export function urlPath({ path, query = {} }: KubeRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

/** The verb as a role names it: `get`, `list`, `watch`, `create`, `patch`, `delete`. */
export function verbOf({ method = 'GET', path, query }: KubeRequest): string {
  if (method !== 'GET') return { POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method];
  if (query?.watch) return 'watch';
  const target = targetOf(path);
  return target !== undefined && target.name === undefined ? 'list' : 'get';
}
