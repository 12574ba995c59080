import { once } from 'node:events';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { ApiAccess } from '@keelson/simulator';
import { stringify } from 'yaml';

/** One request to the API server, and what it answered; no status where that was not waited for. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly status: number | undefined;
}

/** An API server as one of its users sees it, with everything that he asks of it written down. */
export interface RecordedApi {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The text of a kubeconfig of that user. */
  readonly kubeconfig: string;
  /** Oldest first. */
  readonly requests: readonly RecordedRequest[];
  stop(): Promise<void>;
}

/** A RecordedRequest whose answer may still come. */
type Recording = Pick<RecordedRequest, 'method' | 'url'> & { status: number | undefined };

/** Stands between Keelson and a real API server: hands on every request and every line of an answer as it comes. */
export async function recordApi({ server, ca }: ApiAccess, token: string): Promise<RecordedApi> {
  const requests: Recording[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const recording: Recording = { method, url, status: undefined };
    requests.push(recording);
    const onward = request(new URL(url, server), { method, headers, ca }, (answer) => {
      const status = answer.statusCode ?? 502;
      recording.status = status;
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback gave no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server: origin } }],
    users: [{ name: 'it', user: { token } }],
  });
  return {
    url: origin,
    kubeconfig,
    requests,
    async stop() {
      proxy.close();
      proxy.closeAllConnections();
      await once(proxy, 'close');
    },
  };
}
