import { targetOf } from './describe-path.ts';

export interface KubeRequest {
  /** There is no PUT: whole objects are never written (law 3). @default GET */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the server's URL: `/apis/apps/v1/deployments`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default `application/json` */
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the whole exchange, in milliseconds; of a stream, until its headers. @default 30000 */
  readonly deadlineMs?: number;
}

/**
 * The API server over pooled connections. A GET that failed before any response, and a request refused with 401, are retried once.
 *
 * @throws KubeError from every method; the reason of the request's signal when that aborted
 */
export interface KubeHttp {
  readonly server: string;
  /** Resolves with the parsed JSON of the response. */
  request(request: KubeRequest): Promise<unknown>;
  /** Resolves with the response as text: logs. */
  text(request: KubeRequest): Promise<string>;
  /** The bytes of the response as they arrive. Leaving the loop, or the signal, closes the connection. */
  stream(request: KubeRequest): Promise<AsyncIterable<Buffer>>;
  /** Aborts all requests under way. */
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
