import { isDeepStrictEqual } from 'node:util';
import { bounds } from '@keelson/core';
import type { Dispatcher } from 'undici';
import { Agent, ProxyAgent } from 'undici';
import type { Credentials } from './credentials.ts';
import { KubeError } from './kube-error.ts';

/** Separate connections for calls and watches: a watch holds its own for minutes and must not keep a write waiting. */
export interface Pools {
  readonly calls: Dispatcher;
  readonly watches: Dispatcher;
}

const shared = {
  // With one connection per request each can time out by itself; a stalled HTTP/2 connection would stall all of them.
  allowH2: false,
  pipelining: 1,
  // Below the 90 s after which the API server closes an idle connection.
  keepAliveTimeout: 60_000,
} as const;

function open({ tls, proxyUrl }: Reach): Pools {
  const connect = { ...tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
  const make = (limits: Agent.Options): Dispatcher => {
    if (proxyUrl === undefined) return new Agent({ ...shared, ...limits, connect });
    if (/^https?:/.test(proxyUrl)) return new ProxyAgent({ ...shared, ...limits, uri: proxyUrl, requestTls: tls });
    throw new KubeError('The kubeconfig names a proxy-url that is neither http nor https. Use one of these.', {
      code: 'no-config',
    });
  };
  return { calls: make({ connections: 32, maxResponseSize: bounds.kubeAnswerBytes }), watches: make({}) };
}

type Reach = Pick<Credentials, 'tls' | 'proxyUrl'>;

export interface ConnectionPools {
  for(reach: Reach): Pools;
  /** Aborts all requests under way. */
  close(): Promise<void>;
}

/** Keeps one set of pools, and opens a new one after certificates were rotated; requests on the old one may complete. */
export function createConnectionPools(): ConnectionPools {
  let current: { readonly reach: Reach; readonly pools: Pools } | undefined;

  return {
    for(reach) {
      const same =
        current !== undefined &&
        current.reach.proxyUrl === reach.proxyUrl &&
        isDeepStrictEqual(current.reach.tls, reach.tls);
      if (current !== undefined && same) return current.pools;
      const pools = open(reach);
      const old = current?.pools;
      current = { reach, pools };
      void Promise.allSettled([old?.calls.close(), old?.watches.close()]);
      return pools;
    },
    async close() {
      const pools = current?.pools;
      current = undefined;
      await Promise.allSettled([pools?.calls.destroy(), pools?.watches.destroy()]);
    },
  };
}
