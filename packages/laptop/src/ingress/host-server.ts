import { createServer } from 'node:http';
import type { SimulatedCluster } from '@keelson/simulator';
import { endpointsOf } from './endpoints.ts';
import { listenOn } from './listen.ts';
import { sayUnavailable } from './pages.ts';
import { proxy } from './proxy.ts';
import type { Rule } from './rules.ts';
import { matchesPath } from './rules.ts';

/** One host of the Ingresses, on a port of its own. */
export interface HostServer {
  readonly url: string;
  stop(): void;
}

/** @param rules - those of the host as they are now; asked at each request, as the pods behind them are */
export async function startHostServer(
  cluster: Pick<SimulatedCluster, 'get' | 'list' | 'addressOf'>,
  host: string,
  port: number,
  rules: () => readonly Rule[],
): Promise<HostServer> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://any');
    const rule = rules().find((each) => matchesPath(each, pathname));
    if (rule === undefined) {
      sayUnavailable(outgoing, 404, `No Ingress of ${host} is for ${pathname}.`);
      return;
    }
    const pods = endpointsOf(cluster, rule.namespace, rule.service, rule.port);
    turn += 1;
    const first = turn % Math.max(1, pods.length);
    proxy(incoming, outgoing, host, [...pods.slice(first), ...pods.slice(0, first)]);
  });
  const url = `http://localhost:${await listenOn(server, port)}`;
  return {
    url,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
