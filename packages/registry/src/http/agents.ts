import type { Dispatcher } from 'undici';
import { Agent } from 'undici';
import type { Settings } from '../options.ts';
import { mostAtOnce } from '../rate-limits/most-at-once.ts';
import { configOf } from '../registries-file/lookup.ts';
import type { HostConfig } from '../registries-file/types.ts';
import { DeclaredHosts } from './declared-hosts.ts';
import { guardedConnect } from './guarded-connect.ts';
import type { HttpRequest } from './types.ts';

/** In milliseconds; below the 60 s after which common load balancers drop idle connections. */
const keepAliveMs = 55_000;

/** Pooled connections: one agent for all, and one for each host with TLS settings of its own. */
export interface Agents {
  /**
   * `host`: the registry that named the URL. It decides whether connections to addresses of this machine and its link are allowed. Content has
   * connections of its own: a tag must not wait for one until a manifest that hangs is given up.
   */
  for(request: Pick<HttpRequest, 'url' | 'host' | 'isContent'>): Dispatcher;
  close(): Promise<void>;
}

export function createAgents(settings: Settings): Agents {
  const { registries, deadlines } = settings;
  const declared = new DeclaredHosts(settings);
  const agents = new Map<string, Agent>();

  function open(mayBeLocal: boolean, tls: { ca?: string; rejectUnauthorized?: boolean }): Agent {
    const connect = { timeout: deadlines.connectMs, ...tls };
    return new Agent({
      connections: mostAtOnce(settings),
      connect: mayBeLocal ? connect : guardedConnect(connect),
      keepAliveTimeout: keepAliveMs,
      // `exchange` enforces deadlines on whole responses; these would only count silence.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  return {
    for({ url, host, isContent }) {
      const config = configOf(registries, url);
      const own = config !== undefined && hasTls(config);
      const isOpen = declared.has(url) || declared.hasBeside(host, url);
      const key = `${isOpen} ${isContent === true} ${own ? url.host : ''}`;
      const agent = agents.get(key) ?? open(isOpen, own ? tlsOf(config) : {});
      agents.set(key, agent);
      return agent;
    },
    // Not a graceful end: a response that hangs must not hold up `close`.
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function hasTls({ ca, insecureSkipVerify }: HostConfig): boolean {
  return ca !== undefined || insecureSkipVerify;
}

function tlsOf({ ca, insecureSkipVerify }: HostConfig): { ca?: string; rejectUnauthorized?: boolean } {
  return { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecureSkipVerify };
}
