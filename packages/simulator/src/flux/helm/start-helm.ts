import { sleep } from '@keelson/core/wait';
import type { ApiAccess } from '../../api-client.ts';
import { ApiClient } from '../../api-client.ts';
import { fieldsOf } from '../../cluster/json.ts';
import type { KubeManifest } from '../../cluster/options.ts';
import { installFluxCrds } from '../crds.ts';
import { manifestsIn } from '../manifest.ts';
import { ObjectPaths } from '../object-paths.ts';
import { reconcileRelease } from './reconcile-release.ts';
import type { Release, ReleasePass } from './release.ts';
import type { ReleaseKey } from './release-path.ts';
import { releasePath } from './release-path.ts';
import { Storage } from './storage.ts';

const apply = 'application/apply-patch+yaml';

export interface HelmOptions {
  /** Where its HelmReleases are. @default 'flux-system' */
  readonly namespace?: string;
  /**
   * Milliseconds between looks at the HelmReleases: one whose generation, requestedAt or chart has changed gets a pass. @default none but those of
   * `reconcile`
   */
  readonly watchMs?: number;
  /** Milliseconds from the end of one pass to the next of a release where nothing changed, while it watches. @default none */
  readonly intervalMs?: number;
  /** Milliseconds that it pauses after a remediation. @default 10_000 */
  readonly pauseMs?: number;
  /** Milliseconds between two looks of a waiting upgrade at what it applied. @default 100 */
  readonly pollMs?: number;
  /** Milliseconds that it waits before each of its requests: others act in between. @default none */
  readonly pause?: () => number;
  /** A folder with the CustomResourceDefinitions of Flux' kinds, for an API server that does not serve them. @default none */
  readonly crds?: string;
}

/**
 * A simulated helm-controller: it upgrades, waits, corrects drift and remediates on an API server, request by request, without charts. What the
 * "chart" of a HelmRelease renders with its values is a list of manifests. Versions of a release are kept here, not in Secrets.
 */
export interface Helm extends AsyncDisposable {
  /**
   * Applies the HelmRelease as `flux bootstrap` does (field manager `flux`), where it is not in the git of a Kustomization.
   *
   * @param spec - added to the defaults for interval and chart
   */
  bootstrap(name: string, spec?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Replaces what the chart of that HelmRelease renders: YAML, an object, or a list; undefined: source-controller does not answer. */
  chart(name: string, manifests: string | KubeManifest | readonly KubeManifest[] | undefined): void;
  /** One pass over all HelmReleases with a chart, or over those named; each waits for the pass of its release that is under way. */
  reconcile(...names: readonly string[]): Promise<ReleasePass[]>;
  stop(): Promise<void>;
}

interface Handled {
  /** What the last pass was for. */
  readonly seen: string;
  /** When the next one is due without a change. */
  readonly dueAt: number;
  /** Until when nothing happens, whatever changes. */
  readonly pausesUntil: number;
}

/** Four passes at a time, of different releases, as the controller has four workers. */
const workers = 4;

/** Starts on any API server, and installs Flux's kinds from `crds` where it does not serve them. @throws Error where that fails */
export async function startHelm(
  access: ApiAccess,
  { namespace = 'flux-system', watchMs, intervalMs, pauseMs = 10_000, pollMs = 100, pause, crds }: HelmOptions = {},
): Promise<Helm> {
  const api = new ApiClient(access, pause);
  const ending = new AbortController();
  const controller = { api, paths: new ObjectPaths(api), pollMs, signal: ending.signal };
  const releases = new Map<string, Release>();
  /** The end of the newest pass of each release. */
  const passes = new Map<string, Promise<unknown>>();
  const handled = new Map<string, Handled>();
  let running = 0;
  const waiting: (() => void)[] = [];

  await installFluxCrds(api, crds);
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await api.do('PATCH', `/api/v1/namespaces/${namespace}?fieldManager=flux`, home, apply);

  function releaseOf(name: string): Release {
    const found = releases.get(name) ?? { namespace, name, chart: undefined, storage: new Storage() };
    releases.set(name, found);
    return found;
  }

  async function seenOf(release: ReleaseKey & Pick<Release, 'chart'>): Promise<string> {
    const { body } = await api.request('GET', releasePath(release));
    const { generation, annotations } = fieldsOf(body['metadata']);
    return JSON.stringify([generation, fieldsOf(annotations)['reconcile.fluxcd.io/requestedAt'], release.chart]);
  }

  async function byWorker<T>(work: () => Promise<T>): Promise<T> {
    if (running >= workers) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  async function pass(release: Release): Promise<ReleasePass> {
    const seen = await seenOf(release);
    const done = await byWorker(() => reconcileRelease(controller, release));
    const now = performance.now();
    const retryMs = done.actions.includes('rollback') ? pauseMs : pollMs;
    const dueInMs = { 'at once': retryMs, interval: intervalMs, never: undefined }[done.next];
    handled.set(release.name, {
      seen,
      dueAt: now + (dueInMs ?? Number.POSITIVE_INFINITY),
      pausesUntil: done.next === 'at once' ? now + retryMs : now,
    });
    return done;
  }

  function inTurn(release: Release): Promise<ReleasePass> {
    const next = (passes.get(release.name) ?? Promise.resolve()).then(() => pass(release));
    passes.set(
      release.name,
      next.catch(() => undefined),
    );
    return next;
  }

  async function watch(release: Release, ms: number): Promise<void> {
    await passes.get(release.name);
    while (!ending.signal.aborted) {
      const last = handled.get(release.name);
      const now = performance.now();
      const pauses = last !== undefined && now < last.pausesUntil;
      const isDue = async () =>
        last === undefined || now >= last.dueAt || (!pauses && (await seenOf(release)) !== last.seen);
      try {
        if (await isDue()) await inTurn(release);
      } catch {
        // A pass that failed is done again, as the controller does it.
      }
      await sleep(ms, ending.signal);
    }
  }

  const watches: Promise<void>[] = [];
  const stop = async (): Promise<void> => {
    ending.abort();
    await Promise.allSettled([...watches, ...passes.values()]);
    await api.close();
  };
  return {
    async bootstrap(name, spec = {}) {
      const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
      const body = {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name, namespace },
        spec: { interval: '10m', chart: { spec: { chart: './chart', sourceRef } }, ...spec },
      };
      await api.do('PATCH', `${releasePath(body.metadata)}?fieldManager=flux&force=true`, body, apply);
    },
    chart(name, manifests) {
      const isNew = !releases.has(name);
      const release = releaseOf(name);
      release.chart = manifests === undefined ? undefined : manifestsIn(manifests);
      if (isNew && watchMs !== undefined) watches.push(watch(release, watchMs));
    },
    async reconcile(...names) {
      const all = names.length > 0 ? names.map(releaseOf) : [...releases.values()];
      return Promise.all(all.map(inTurn));
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
