import type { RunningWorker } from '@keelson/worker';
import { z } from 'zod';
import type { RecordedApi } from './recorded-api.ts';
import { recordApi } from './recorded-api.ts';
import { install, shippedAccess } from './shipped-access.ts';
import type { TestEnv } from './test-env.ts';
import { startTestEnv } from './test-env.ts';
import type { TestNamespace } from './test-namespace.ts';
import { openTestNamespace } from './test-namespace.ts';

/** The two clusters of this repository: Keelson's rights in the whole of the first, and in some namespaces of the second. */
export const forms = ['homelab', 'offsite'] as const;

export type Form = (typeof forms)[number];

/** A namespace that Keelson follows in either form, and one that it follows in the first only. */
export const followed = 'myapp';
export const other = 'other';

const namespaces = ['keelson', followed, 'guestbook', other];
const token = z.object({ status: z.object({ token: z.string() }) });

export interface AccessRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly body?: string;
  /** @default 'application/json' */
  readonly contentType?: string;
}

/** A real API server on which Keelson has the rights of the ServiceAccount that the manifests make, and no more. */
export interface AccessEnv {
  readonly env: TestEnv;
  readonly ns: TestNamespace;
  /** What the manifests have made of roles and bindings. */
  readonly granted: Awaited<ReturnType<typeof shippedAccess>>;
  /** All requests of the worker. */
  readonly recorded: RecordedApi;
  /** Sends a request that the worker never sends, as the same user. Returns the status. */
  request(request: AccessRequest): Promise<number>;
  startWorker(): Promise<RunningWorker>;
  stop(): Promise<void>;
}

export async function startAccessEnv(form: Form): Promise<AccessEnv> {
  const env = await startTestEnv('real');
  for (const name of namespaces) {
    await env.kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  }
  const granted = await shippedAccess(form);
  await install(env.kube, granted);
  const path = '/api/v1/namespaces/keelson/serviceaccounts/keelson/token';
  const answer = await env.kube.request({ method: 'POST', path, body: { spec: {} } });
  const bearer = token.parse(answer).status.token;
  const recorded = await recordApi(env.access, bearer);
  const requested = await recordApi(env.access, bearer);
  const ns = await openTestNamespace(env, { namespace: followed });
  const { namespaces: _one, ...everywhere } = ns.config;
  const config = form === 'homelab' ? everywhere : { ...everywhere, namespaces: ['keelson', 'myapp', 'guestbook'] };
  return {
    env,
    ns,
    granted,
    recorded,
    async request({ method = 'GET', path: to, body, contentType = 'application/json' }) {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': contentType };
      const response = await fetch(`${requested.url}${to}`, { method, headers, ...(body !== undefined && { body }) });
      await response.body?.cancel();
      return response.status;
    },
    startWorker: () => ns.startWorker({ config, kubeconfigText: recorded.kubeconfig }),
    async stop() {
      await ns.close();
      await Promise.all([recorded.stop(), requested.stop()]);
      await env.stop();
    },
  };
}
