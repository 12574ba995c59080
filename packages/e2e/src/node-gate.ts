import { once } from 'node:events';
import { createServer, request } from 'node:http';

/** Stands between the nodes and the registry, so that nodes may get other answers than Keelson. */
export interface NodeGate {
  readonly url: string;
  /** From now on nodes that ask for these manifests (tags or digests) hear this status; ends when the returned function is called. */
  refuse(repository: string, references: readonly string[], status: number): () => void;
  /** From now on nodes that ask for this tag get what it means now, as from a mirror that lags behind; ends when the returned function is called. */
  lag(repository: string, tag: string): Promise<() => void>;
  stop(): Promise<void>;
}

const manifestTypes = ['image.manifest', 'image.index'].map((type) => `application/vnd.oci.${type}.v1+json`).join(', ');

export async function startNodeGate(registry: string): Promise<NodeGate> {
  const refused = new Map<string, number>();
  /** By the path of a tag's manifest: the path that is asked in its place. */
  const kept = new Map<string, string>();
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming;
    const status = refused.get(url);
    if (status !== undefined) {
      outgoing.writeHead(status).end();
      return;
    }
    const onward = request(new URL(kept.get(url) ?? url, registry), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    refuse(repository, references, status) {
      const paths = references.map((reference) => `/v2/${repository}/manifests/${reference}`);
      for (const path of paths) refused.set(path, status);
      return () => {
        for (const path of paths) refused.delete(path);
      };
    },
    async lag(repository, tag) {
      const path = `/v2/${repository}/manifests/${tag}`;
      const answer = await fetch(new URL(path, registry), { method: 'HEAD', headers: { accept: manifestTypes } });
      const digest = answer.headers.get('docker-content-digest');
      if (digest === null) throw new Error(`The registry named no digest of ${repository}:${tag} (${answer.status}).`);
      kept.set(path, `/v2/${repository}/manifests/${digest}`);
      return () => void kept.delete(path);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
