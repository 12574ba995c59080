import { readFileSync } from 'node:fs';
import type { Config } from '@keelson/config';
import { keptMessage } from '@keelson/core';
import { createHistory, reportOnce } from '@keelson/history';
import { connect, createClusterReader, createClusterView, createWrites } from '@keelson/kube';
import type { Logger } from '@keelson/log';
import { createProducer, createSchedules, createSingleFlight } from '@keelson/queue';
import { targetOf } from '@keelson/redis';
import type { RegistriesConfig } from '@keelson/registry';
import { createRegistryClient, readRegistries } from '@keelson/registry';
import { Registry } from 'prom-client';
import { countedHistory, countedRegistry } from './counted.ts';
import type { Deps } from './deps.ts';
import { createMetrics } from './metrics.ts';
import type { Parts } from './work.ts';
import { work } from './work.ts';

export interface WorkerOptions {
  readonly config: Config & { readonly redisUrl: string };
  readonly log: Logger;
  /** A kubeconfig's text, in place of the one that `config` names. */
  readonly kubeconfigText?: string;
  /** The registry for the worker's metrics. @default a new one */
  readonly metrics?: Registry;
  /** Replaces dependencies of the functions, for tests that stop between two steps. */
  readonly wrap?: (deps: Deps) => Deps;
}

export interface RunningWorker {
  /** Why it cannot work now, one sentence each; empty when it works. */
  problems(): Promise<readonly string[]>;
  readonly metrics: Registry;
  /**
   * Takes no new jobs and waits for running ones within the grace period; other workers run the rest again. Returns whether it ended in time;
   * without Redis it does not.
   */
  stop(): Promise<boolean>;
}

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Starts a worker: it watches the cluster, runs the functions and, while it holds the lease, reconciles schedules and records. Any number of
 * workers share one Redis. Returns before the cluster has been listed, which is when work begins.
 *
 * @throws KubeError `no-config`, or an error that names the registries file when that cannot be read
 */
export async function startWorker({
  config,
  log,
  kubeconfigText,
  metrics = new Registry(),
  wrap = (deps) => deps,
}: WorkerOptions): Promise<RunningWorker> {
  const { prefix } = config;
  const redis = targetOf(config);
  const registries = config.registries === undefined ? undefined : registriesIn(config.registries);
  const http = await connect({
    ...(config.kubeconfig !== undefined && { kubeconfig: config.kubeconfig }),
    ...(kubeconfigText !== undefined && { kubeconfigText }),
  });
  const retention = { perWorkload: config.retention.count, maxAgeMs: config.retention.days * dayMs };
  const count = createMetrics(metrics);
  const onCorrupt = reportOnce((error) => {
    count.unreadable();
    log.error({ err: error }, 'a record in Redis cannot be read');
  });
  const history = createHistory({ redis, prefix, retention, onCorrupt });
  const producer = createProducer({ redis, prefix });
  const schedules = createSchedules({ redis, prefix });
  const singleFlight = createSingleFlight({ redis, prefix });
  const view = createClusterView(http, { log, ...(config.namespaces && { namespaces: config.namespaces }) });
  const registry = createRegistryClient({
    insecureHosts: config.insecureRegistries,
    mirrorsOnly: config.mirrorsOnly,
    log,
    ...(registries && { registries }),
  });
  const deps = wrap({
    view,
    reader: createClusterReader(http),
    writes: createWrites(http, { workloads: () => view.workloads() }),
    registry: countedRegistry(registry, count),
    history: countedHistory(history, count),
    producer,
    singleFlight,
    log,
    soakMs: config.soakSeconds * 1_000,
    now: Date.now,
  });

  const ending = new AbortController();
  const parts: Parts = { deps, redis, schedules, config, count };
  let ended = false;
  const working = work(parts, ending.signal).catch((error: unknown) => {
    if (ending.signal.aborted) return true;
    ended = true;
    log.fatal({ err: error }, 'the worker ended with an error');
    return false;
  });

  return {
    metrics,
    async problems() {
      const problems: string[] = [];
      if (ended) problems.push('The worker ended with an error, which its log shows; start it again.');
      if (!view.synced) problems.push(`The cluster at ${http.server} is not being watched.`);
      await history.ping().catch((error: unknown) => {
        problems.push(error instanceof Error ? error.message : 'Redis does not answer.');
      });
      // Whoever reaches the port reads them.
      return problems.map((problem) => keptMessage(problem));
    },
    async stop() {
      ending.abort();
      const inTime = await working;
      // Without Redis no job could be handed over, and no lease released.
      const reachable = await history.ping().then(
        () => true,
        () => false,
      );
      await view.stop();
      await Promise.allSettled([
        schedules.close(),
        producer.close(),
        singleFlight.close(),
        registry.close(),
        history.close(),
        http.close(),
      ]);
      return inTime && reachable;
    },
  };
}

/** @throws what `startWorker` throws for these settings, before anything is started for it. */
export async function checkWorker(config: Pick<Config, 'kubeconfig' | 'registries'>): Promise<void> {
  if (config.registries !== undefined) registriesIn(config.registries);
  const http = await connect(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig });
  await http.close();
}

function registriesIn(path: string): RegistriesConfig {
  return readRegistries(textOf(path), { readCa: (ca) => readFileSync(ca, 'utf8') });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`KEELSON_REGISTRIES names ${path}, which cannot be read. Check that it is there, and its rights.`, {
      cause,
    });
  }
}
