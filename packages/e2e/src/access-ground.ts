import type { Flux } from '@keelson/simulator';
import { startFlux } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import type { RunningWorker } from '@keelson/worker';
import { z } from 'zod';
import type { RecordedApi } from './recorded-api.ts';
import { recordApi } from './recorded-api.ts';
import type { Scene } from './scene.ts';
import { openScene } from './scene.ts';
import { install, shippedAccess } from './shipped-access.ts';
import type { Stage } from './stage.ts';
import { startStage } from './stage.ts';

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

/** A real API server on which Keelson is nobody but the ServiceAccount that the manifests make. */
export interface AccessGround {
  readonly stage: Stage;
  readonly flux: Flux;
  readonly scene: Scene;
  /** What the manifests have made of roles and bindings. */
  readonly granted: Awaited<ReturnType<typeof shippedAccess>>;
  /** Everything that the worker has asked for. */
  readonly recorded: RecordedApi;
  /** Sends what the worker never sends, as the same user; answers the status. */
  ask(request: AccessRequest): Promise<number>;
  startWorker(): Promise<RunningWorker>;
  stop(): Promise<void>;
}

export async function openAccessGround(form: Form): Promise<AccessGround> {
  const stage = await startStage('real');
  const flux = await startFlux(stage.access, { crds: fluxCrds() });
  for (const name of namespaces) {
    await stage.kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  }
  const granted = await shippedAccess(form);
  await install(stage.kube, granted);
  const path = '/api/v1/namespaces/keelson/serviceaccounts/keelson/token';
  const answer = await stage.kube.request({ method: 'POST', path, body: { spec: {} } });
  const bearer = token.parse(answer).status.token;
  const recorded = await recordApi(stage.access, bearer);
  const asked = await recordApi(stage.access, bearer);
  const scene = await openScene(stage, { namespace: followed });
  const { namespaces: _one, ...everywhere } = scene.config;
  const config = form === 'homelab' ? everywhere : { ...everywhere, namespaces: ['keelson', 'myapp', 'guestbook'] };
  return {
    stage,
    flux,
    scene,
    granted,
    recorded,
    async ask({ method = 'GET', path: to, body, contentType = 'application/json' }) {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': contentType };
      const response = await fetch(`${asked.url}${to}`, { method, headers, ...(body !== undefined && { body }) });
      await response.body?.cancel();
      return response.status;
    },
    startWorker: () => scene.startWorker({ config, kubeconfigText: recorded.kubeconfig }),
    async stop() {
      await scene.close();
      await Promise.all([recorded.stop(), asked.stop(), flux.stop()]);
      await stage.stop();
    },
  };
}
