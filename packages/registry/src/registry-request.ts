import type { Endpoint } from './endpoints.ts';
import type { HttpResponse } from './http/types.ts';
import { mediaTypeOf } from './images/media-types.ts';
import type { Credential } from './types.ts';

export interface RegistryRequest {
  /** Below the repository: `manifests/latest`. */
  readonly path: string;
  readonly accept: string;
  /** For people: `the digest of ops/myapp:latest`. */
  readonly subject: string;
  /** The most bytes of its body. @default the client's limit */
  readonly maxBytes?: number;
  /** Not sent where the registry's limit is nearly used up. @default false */
  readonly spare?: boolean;
}

/** A request on its way to an endpoint. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly request: RegistryRequest;
  readonly candidates: readonly (Credential | undefined)[];
  readonly share: string;
  readonly isContent: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A response, or the refusal of all credentials as one. */
export interface Answer extends HttpResponse {
  /** What the realm said about the refusal; undefined where no realm refused. */
  readonly says?: string | undefined;
  /** How many credentials it refused: not all can be sent. */
  readonly sent?: number;
}

export function acceptedKey({ host, namespace = '', repository }: Endpoint, who: string): string {
  return `${host}\n${namespace}\n${repository}\n${who}`;
}

export function keyOf({ namespace = '', repository }: Endpoint, { path }: RegistryRequest): string {
  return `${namespace} ${repository} ${path}`;
}

export function urlOf(base: string, { repository, namespace }: Endpoint, { path }: RegistryRequest): URL {
  const url = new URL(`${base}/${repository}/${path}`);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  return url;
}

/** Whether a response is of a type that the request accepts. */
export function isAsked({ accept }: RegistryRequest, { headers }: Pick<HttpResponse, 'headers'>): boolean {
  return accept.split(', ').includes(mediaTypeOf(headers['content-type']));
}
