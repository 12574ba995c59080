import type { IncomingMessage, ServerResponse } from 'node:http';
import type { History, WorkloadId } from '@keelson/history';
import type { Logger } from '@keelson/log';
import type { Env } from 'hono';
import type { Registry } from 'prom-client';

/** Asks for one check of a workload. `notBefore`: an observation made before this moment (ms since the epoch) is too old. */
export type RequestCheck = (workload: WorkloadId, trigger: 'manual' | 'webhook', notBefore: number) => Promise<void>;

/** Asks for one rollout to be written. */
export type RequestPatch = (rollout: string) => Promise<void>;

/** Asks for everything that Keelson wrote into a workload to be taken back. */
export type RequestRelease = (workload: WorkloadId) => Promise<void>;

/** All that the API stands on. It knows neither Kubernetes nor registries. */
export interface ApiDeps {
  readonly history: History;
  readonly requestCheck: RequestCheck;
  readonly requestPatch: RequestPatch;
  readonly requestRelease: RequestRelease;
  /** Opens everything. */
  readonly token?: string;
  /** Opens the webhooks only. */
  readonly webhookToken?: string;
  /** Whether only this machine can reach the server; if not, there must be a token. */
  readonly loopback: boolean;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  readonly metrics: Registry;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** What else in this process is not ready yet, a sentence each: a worker's cluster, say. */
  readonly problems?: () => Promise<readonly string[]>;
  /** Aborts when the process stops: ends the event streams, and readiness says so. */
  readonly stopping?: AbortSignal;
}

/** `incoming` and `outgoing` are there when a request came over a socket. */
export interface ApiEnv extends Env {
  Variables: { requestId: string };
  Bindings: { incoming?: IncomingMessage; outgoing?: ServerResponse };
}
