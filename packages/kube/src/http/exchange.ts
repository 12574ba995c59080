import type { Dispatcher } from 'undici';
import { optional } from '../fields.ts';
import { answerError, retryAfter } from './answer-error.ts';
import type { CredentialSource } from './credentials.ts';
import { exchangeError } from './exchange-error.ts';
import { KubeError } from './kube-error.ts';
import type { ConnectionPools, Pools } from './pools.ts';
import type { KubeRequest } from './request.ts';
import { urlPath, verbOf } from './request.ts';

/** The parsed JSON; undefined for text that is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

interface ExchangeOptions {
  readonly credentials: CredentialSource;
  readonly pools: ConnectionPools;
  readonly userAgent: string;
}

/** Sends one request and resolves with the headers of a successful response. `deadline` aborts it. @throws KubeError for any other response */
export type Exchange = (
  request: KubeRequest,
  pool: keyof Pools,
  deadline: AbortSignal,
) => Promise<Dispatcher.ResponseData>;

export function createExchange({ credentials, pools, userAgent }: ExchangeOptions): Exchange {
  async function send(request: KubeRequest, pool: keyof Pools, signal: AbortSignal, refusedAt: number | undefined) {
    const { server, headers, ...reach } = await credentials.get(refusedAt);
    const { origin, pathname } = new URL(server);
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const contentType = request.contentType ?? 'application/json';
    return pools.for(reach)[pool].request({
      origin,
      path: `${pathname.replace(/\/$/, '')}${urlPath(request)}`,
      method: request.method ?? 'GET',
      headers: {
        ...headers,
        'user-agent': userAgent,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...optional('body', body),
      signal,
      // The deadline and the watchdog of a watch end it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  return async (request, pool, deadline) => {
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    const reads = (request.method ?? 'GET') === 'GET';
    let refusedAt: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const sentAt = performance.now();
      let response: Dispatcher.ResponseData;
      try {
        response = await send(request, pool, signal, refusedAt);
      } catch (cause) {
        // The server may have closed an idle connection meanwhile; a read is safe to repeat.
        if (attempt === 1 && reads && !signal.aborted && !(cause instanceof KubeError)) continue;
        throw exchangeError(cause, request, deadline, credentials.server);
      }
      if (response.statusCode < 300) return response;
      const body = await response.body.text().catch(() => '');
      // A token or certificate may have been rotated since it was read.
      if (response.statusCode === 401 && refusedAt === undefined) {
        refusedAt = sentAt;
        continue;
      }
      const after = response.headers['retry-after'];
      const info = { verb: verbOf(request), path: request.path };
      const waitMs = retryAfter(typeof after === 'string' ? after : undefined);
      throw answerError(info, response.statusCode, parseJson(body), waitMs);
    }
  };
}
