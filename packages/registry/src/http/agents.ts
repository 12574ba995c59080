import type { Dispatcher } from 'undici';
import { Agent } from 'undici';
import type { Settings } from '../options.ts';
import { configOf } from '../registries-file/lookup.ts';
import type { HostConfig } from '../registries-file/types.ts';
import { DeclaredHosts } from './declared-hosts.ts';
import { guardedConnect } from './guarded-connect.ts';

/** In milliseconds; below the 60 s after which common load balancers drop idle connections. */
const keepAliveMs = 55_000;

/** Pooled connections: one agent for all, and one for each host with TLS settings of its own. */
export interface Agents {
  /** `registry`: who named the URL. It decides whether connections to addresses of this machine and its link are allowed. */
  for(url: URL, registry: string): Dispatcher;
  close(): Promise<void>;
}

export function createAgents(settings: Settings): Agents {
  const { registries, deadlines } = settings;
  const declared = new DeclaredHosts(settings);
  const agents = new Map<string, Agent>();

  function open(mayBeLocal: boolean, tls: { ca?: string; rejectUnauthorized?: boolean }): Agent {
    const connect = { timeout: deadlines.connectMs, ...tls };
    return new Agent({
      // How many there are, rate limiters decide: one that waited for a connection would look like a host that does not answer.
      connect: mayBeLocal ? connect : guardedConnect(connect),
      keepAliveTimeout: keepAliveMs,
      // `exchange` enforces deadlines on whole responses; these would only count silence.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  return {
    for(url, registry) {
      const config = configOf(registries, url);
      const own = config !== undefined && hasTls(config);
      const isOpen = declared.has(url) || declared.hasBeside(registry, url);
      const key = `${isOpen} ${own ? url.host : ''}`;
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
