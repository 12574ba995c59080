import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { SimulatedCluster } from '@keelson/testkit';
import type { Endpoint } from './endpoints.ts';
import { endpointsOf, hasPort } from './endpoints.ts';
import { listenOn } from './listen.ts';
import type { NamedService } from './service-names.ts';
import { replaceServices } from './service-names.ts';

type ReadCluster = Pick<SimulatedCluster, 'get' | 'list' | 'addressOf'>;

/** What stands in for the cluster's DNS and its virtual addresses. */
export interface RunningServices {
  /**
   * Puts an address of this machine for each Service that a value names with its port (`NAME:PORT`, `NAME.NAMESPACE.svc:PORT`).
   * There connections go to its ready pods in turn, now and later.
   */
  readonly lead: (env: Readonly<Record<string, string>>, namespace: string) => Promise<Record<string, string>>;
  /** Ends all connections. May be called again. */
  readonly stop: () => void;
}

/** Serves the Services of a cluster on the loopback, each from when it is first asked for. */
export function startServices(cluster: ReadCluster): RunningServices {
  const ports = new Map<string, Promise<number>>();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  async function open(service: NamedService): Promise<number> {
    let turn = 0;
    // who has said all may still be answered, as between two pods
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      const pods = endpointsOf(cluster, service.namespace, service.name, service.port);
      turn += 1;
      const first = turn % Math.max(1, pods.length);
      join(socket, [...pods.slice(first), ...pods.slice(0, first)]);
    });
    servers.push(server);
    return listenOn(server, 0);
  }

  async function lead(env: Readonly<Record<string, string>>, namespace: string): Promise<Record<string, string>> {
    const named = new Map<string, NamedService>();
    const keyOf = ({ namespace: home, name, port }: NamedService) => `${home}/${name}:${port}`;
    for (const text of Object.values(env)) {
      replaceServices(text, namespace, (service) => {
        if (hasPort(cluster, service.namespace, service.name, service.port)) named.set(keyOf(service), service);
        return undefined;
      });
    }
    const places = new Map<string, string>();
    for (const [key, service] of named) {
      const port = ports.get(key) ?? open(service);
      ports.set(key, port);
      places.set(key, `127.0.0.1:${await port}`);
    }
    const put = (text: string) => replaceServices(text, namespace, (service) => places.get(keyOf(service)));
    return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, put(text)]));
  }

  return {
    lead,
    stop() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Joins a connection with the first of these pods that takes one; ends it when none does, as an address without endpoints refuses. */
function join(socket: Socket, [pod, ...others]: readonly Endpoint[]): void {
  socket.on('error', () => socket.destroy());
  if (pod === undefined) {
    socket.resetAndDestroy();
    return;
  }
  const there = connect({ host: pod.host, port: pod.port, allowHalfOpen: true });
  let joined = false;
  there.once('connect', () => {
    joined = true;
    socket.pipe(there).pipe(socket);
  });
  there.once('error', () => {
    if (joined) socket.destroy();
    else join(socket, others);
  });
  socket.once('close', () => there.destroy());
}
