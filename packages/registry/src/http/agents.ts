import type { Dispatcher } from 'undici';
import { Agent } from 'undici';
import type { Settings } from '../options.ts';
import { configOf } from '../registries-file/lookup.ts';
import type { HostConfig } from '../registries-file/types.ts';

/** In milliseconds; below the 60 s after which common load balancers drop idle connections. */
const keepAliveMs = 55_000;

/** Pooled connections: one agent for all, and one for each host with TLS settings of its own. */
export interface Agents {
  for(url: URL): Dispatcher;
  close(): Promise<void>;
}

export function createAgents({ registries, deadlines, perHostConcurrency }: Settings): Agents {
  const agents = new Map<string, Agent>();

  function open(tls: { ca?: string; rejectUnauthorized?: boolean }): Agent {
    return new Agent({
      connections: perHostConcurrency,
      connect: { timeout: deadlines.connectMs, ...tls },
      keepAliveTimeout: keepAliveMs,
      // `exchange` enforces deadlines on whole responses; these would only count silence.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  return {
    for(url) {
      const config = configOf(registries, url);
      const own = config !== undefined && hasTls(config);
      const key = own ? url.host : '';
      const agent = agents.get(key) ?? open(own ? tlsOf(config) : {});
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
