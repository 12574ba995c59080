import type { ConfigSource } from './cluster-config.ts';
import { credentialsOf } from './credentials.ts';
import { describeTarget } from './describe-path.ts';
import { createExchange, parseJson } from './exchange.ts';
import { defaultDeadlineMs, exchangeError } from './exchange-error.ts';
import { KubeError } from './kube-error.ts';
import { createConnectionPools } from './pools.ts';
import type { KubeHttp, KubeRequest } from './request.ts';
import { verbOf } from './request.ts';

export interface ConnectOptions extends ConfigSource {
  /** @default `keelson` */
  readonly userAgent?: string;
}

/**
 * Connects to the API server of a kubeconfig or service account. Reads the configuration and sends nothing yet.
 *
 * @throws KubeError `no-config`
 */
export async function connect({ userAgent = 'keelson', ...source }: ConnectOptions = {}): Promise<KubeHttp> {
  const credentials = await credentialsOf(source);
  const pools = createConnectionPools();
  const exchange = createExchange({ credentials, pools, userAgent });

  async function text(request: KubeRequest): Promise<string> {
    const deadline = AbortSignal.timeout(request.deadlineMs ?? defaultDeadlineMs);
    const response = await exchange(request, 'calls', deadline);
    try {
      return await response.body.text();
    } catch (cause) {
      throw exchangeError(cause, request, deadline, credentials.server);
    }
  }

  return {
    get server() {
      return credentials.server;
    },
    text,
    async request(request) {
      const value = parseJson(await text(request));
      if (value !== undefined) return value;
      throw new KubeError(
        `${verbOf(request)} ${describeTarget(request.path)}: ${credentials.server} did not respond with JSON. Check that this is the address of a Kubernetes API server.`,
        { code: 'protocol' },
      );
    },
    async stream(request) {
      // The deadline is for the headers only, so it must not end the body.
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), request.deadlineMs ?? defaultDeadlineMs);
      try {
        const response = await exchange(request, 'watches', deadline.signal);
        return response.body;
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => pools.close(),
  };
}
