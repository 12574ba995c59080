import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorkloadId } from '@keelson/core';
import type { History, Rollout } from '@keelson/history';
import type { Logger } from '@keelson/log';
import type { Env } from 'hono';
import type { Registry } from 'prom-client';
import type { Access } from './auth/access.ts';
import type { Known } from './auth/secrets.ts';
import type { VisibleHistory } from './view/visible-history.ts';

/** Queues one check of a workload. `notBefore`: milliseconds since the epoch; an observation of the registry made before it is too old. */
export type RequestCheck = (workload: WorkloadId, trigger: 'manual' | 'webhook', notBefore: number) => Promise<void>;

/** Queues the write of one rollout. */
export type RequestPatch = (rollout: Pick<Rollout, 'id' | 'workload'>) => Promise<void>;

/** Queues the removal of everything that Keelson wrote into a workload. */
export type RequestRemoval = (workload: WorkloadId) => Promise<void>;

/** Everything that the API depends on. It knows neither Kubernetes nor registries. */
export interface ApiDeps {
  readonly history: History;
  readonly requestCheck: RequestCheck;
  readonly requestPatch: RequestPatch;
  readonly requestRemoval: RequestRemoval;
  /** Gives access to every route. Without it and `tokens`, no token is required, and the server must be on loopback. */
  readonly token?: string;
  /** The tokens that give access to a part, as they are now. */
  readonly tokens?: () => readonly Known<Access>[];
  /** Gives access to the webhooks only. */
  readonly webhookToken?: string;
  /** Whether the server listens on loopback, so that only programs on this machine reach it. If not, `token` or `tokens` is required. */
  readonly loopback: boolean;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Where the API registers its metrics, and what /metrics answers. */
  readonly metrics: Registry;
  /** The version that `GET /` and the OpenAPI document show. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What else in this process is not ready, one message each: a worker's cluster, for example. */
  readonly problems?: () => Promise<readonly string[]>;
  /** Aborts when the process shuts down: event streams end, and /readyz answers 503. */
  readonly stopping?: AbortSignal;
}

/** What a route has: of the history only what the sender may see, by `c.get('history')`. */
export type RouteDeps = Omit<ApiDeps, 'history'>;

/** `access`, `isCurrent` and `history` are set on every route but the probes and the index. `incoming` and `outgoing` are set when a request came over a socket. */
export interface ApiEnv extends Env {
  Variables: {
    requestId: string;
    access: Access;
    /** Whether the token of this request still gives that access: an event stream outlives a change of the tokens. */
    isCurrent: () => boolean;
    history: VisibleHistory;
  };
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
}
