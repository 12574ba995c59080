import type { SimulatedCluster } from '@keelson/simulator';
import type { HostServer } from './host-server.ts';
import { startHostServer } from './host-server.ts';
import type { Rule } from './rules.ts';
import { rulesOf } from './rules.ts';

export interface IngressOptions {
  readonly cluster: Pick<SimulatedCluster, 'get' | 'list' | 'addressOf' | 'onChange'>;
  /** The first host is served there, the next ones on the ports after it; on any free port where one is taken. @default 8000 */
  readonly firstPort?: number;
}

export interface IngressRoute {
  /** `*`: any. */
  readonly host: string;
  readonly path: string;
  /** `NAMESPACE/NAME` */
  readonly service: string;
  /** `http://localhost:PORT` and the path. */
  readonly url: string;
}

export interface RunningIngress {
  /** As they are now. */
  readonly routes: readonly IngressRoute[];
  /** Stops serving. May be called again. */
  stop(): Promise<void>;
}

/**
 * Serves the hosts of a cluster's Ingresses, each on a port of its own of 127.0.0.1, from the ready pods behind them in turn. A host
 * keeps its port while it has a rule. Resolved when the hosts that there are now are served.
 */
export async function startIngress({ cluster, firstPort = 8000 }: IngressOptions): Promise<RunningIngress> {
  const servers = new Map<string, HostServer>();
  let rules: readonly Rule[] = [];
  let next = firstPort;
  let stopped = false;

  async function follow(): Promise<void> {
    if (stopped) return;
    rules = rulesOf(cluster.list('networking.k8s.io/v1', 'Ingress'));
    const hosts = new Set(rules.map(({ host }) => host));
    for (const [host, server] of servers) {
      if (hosts.has(host)) continue;
      server.stop();
      servers.delete(host);
    }
    for (const host of hosts) {
      if (servers.has(host)) continue;
      const of = () => rules.filter((rule) => rule.host === host);
      const port = next === 0 ? 0 : next++;
      servers.set(host, await startHostServer(cluster, host, port, of));
    }
  }

  // one at a time: what changes while a port opens is looked at after it
  let work = follow();
  const forget = cluster.onChange((kind) => {
    if (kind === 'Ingress') work = work.then(follow);
  });
  await work;

  return {
    get routes() {
      return rules.flatMap(({ host, path, namespace, service }) => {
        const server = servers.get(host);
        return server === undefined ? [] : [{ host, path, service: `${namespace}/${service}`, url: server.url + path }];
      });
    },
    async stop() {
      stopped = true;
      forget();
      await work;
      for (const server of servers.values()) server.stop();
      servers.clear();
    },
  };
}
