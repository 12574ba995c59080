import { createHash } from 'node:crypto';
import { sleep } from '@keelson/core/wait';
import type { ApiAccess } from '../api-client.ts';
import { ApiClient } from '../api-client.ts';
import type { KubeManifest } from '../cluster/options.ts';
import { installFluxCrds } from './crds.ts';
import type { HealthOptions } from './health.ts';
import { manifestsIn } from './manifest.ts';
import { ObjectPaths } from './object-paths.ts';
import type { Pass } from './pass.ts';
import { beginPass } from './pass.ts';
import { watchKustomizations } from './react.ts';
import type { Reconciliation, Source, Unavailable } from './reconcile.ts';
import { kustomizationPath } from './reconcile.ts';

const apply = 'application/apply-patch+yaml';

export interface FluxOptions {
  /** Where its Kustomizations are. @default 'flux-system' */
  readonly namespace?: string;
  /** More managers whose fields are taken over: the flag `--override-manager`. @default none */
  readonly override?: readonly string[];
  /** Milliseconds from the end of one pass to the next. @default no passes but those of `reconcile` */
  readonly intervalMs?: number;
  /** Whether a changed or requested Kustomization begins a pass at once, as with the real controller. @default false: tests begin each one */
  readonly reacts?: boolean;
  /** Milliseconds that a pass which no test began waits after it has read its Kustomization, and after it has applied. @default none */
  readonly pauses?: () => { readonly beforeApply: number; readonly beforeEnd: number };
  /** How a pass waits for objects, where its Kustomization has `wait` or `healthChecks`. */
  readonly health?: HealthOptions;
  /** A folder with the CustomResourceDefinitions of Flux' kinds, for an API server that does not serve them. @default none */
  readonly crds?: string;
}

/**
 * A simulated kustomize-controller: it reads, compares and writes on an API server, request by request, as the real one, without git.
 * The "git" of a Kustomization is a list of manifests.
 */
export interface Flux extends AsyncDisposable {
  /**
   * Applies the Kustomization as `flux bootstrap` does (field manager `flux`), where it is not in the git of another one.
   *
   * @param spec - added to the defaults for interval, path, prune and sourceRef
   */
  bootstrap(name: string, spec?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Replaces what git has for that Kustomization: YAML, an object, or a list. */
  commit(name: string, manifests: string | KubeManifest | readonly KubeManifest[]): void;
  /** Why git cannot be read for that Kustomization; undefined: it can again. */
  fail(name: string, unavailable: Unavailable | undefined): void;
  /** A pass over that Kustomization that has read it and waits. Others over it wait for its end. @throws Error for one without a commit */
  begin(name: string): Promise<Pass>;
  /** One pass over all Kustomizations with a commit, or over those named, in the order of their first commit. @throws Error for one without a commit */
  reconcile(...names: readonly string[]): Promise<Reconciliation[]>;
  stop(): Promise<void>;
}

/** Starts on any API server, and installs Flux's kinds from `crds` where it does not serve them. @throws Error where that fails */
export async function startFlux(
  access: ApiAccess,
  { namespace = 'flux-system', override = [], intervalMs, reacts = false, pauses, health, crds }: FluxOptions = {},
): Promise<Flux> {
  const api = new ApiClient(access);
  const sources = new Map<string, Source>();
  const ending = new AbortController();
  const controller = { api, override, paths: new ObjectPaths(api), ending: ending.signal };
  /** By Kustomization: the end of its last pass, since there is one at a time; what that one read; whether another one waits. */
  const passes = new Map<string, Promise<unknown>>();
  const lastRead = new Map<string, string>();
  const waiting = new Set<string>();

  await installFluxCrds(api, crds);
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await api.do('PATCH', `/api/v1/namespaces/${namespace}?fieldManager=flux`, home, apply);

  function sourceOf(name: string): Source {
    const source = sources.get(name);
    if (source === undefined) throw new Error(`Nothing was committed for the Kustomization ${name}.`);
    return source;
  }
  async function begin(name: string): Promise<Pass> {
    sourceOf(name);
    const before = passes.get(name);
    const { promise, resolve: free } = Promise.withResolvers<void>();
    passes.set(name, promise);
    await before;
    try {
      const pass = await beginPass(controller, sourceOf(name), health);
      lastRead.set(name, pass.read);
      return { ...pass, end: () => pass.end().finally(free) };
    } catch (error) {
      free();
      throw error;
    }
  }
  async function slowly(name: string): Promise<void> {
    const pass = await begin(name);
    const { beforeApply = 0, beforeEnd = 0 } = pauses?.() ?? {};
    await sleep(beforeApply, ending.signal);
    await pass.apply().catch(() => undefined);
    await sleep(beforeEnd, ending.signal);
    await pass.end();
  }
  async function reconcile(names: readonly string[]): Promise<Reconciliation[]> {
    const results: Reconciliation[] = [];
    for (const name of names) results.push(await (await begin(name)).end());
    return results;
  }
  async function atIntervals(ms: number): Promise<void> {
    for (await sleep(ms, ending.signal); !ending.signal.aborted; await sleep(ms, ending.signal)) {
      // a pass that failed is done again, as the controller does it
      await Promise.all([...sources.keys()].map((name) => slowly(name).catch(() => undefined)));
    }
  }
  function changed(name: string, version: string): void {
    if (!sources.has(name) || waiting.has(name) || lastRead.get(name) === version) return;
    waiting.add(name);
    const before = passes.get(name) ?? Promise.resolve();
    void before.then(async () => {
      waiting.delete(name);
      if (!ending.signal.aborted) await slowly(name).catch(() => undefined);
    });
  }
  const running: Promise<unknown>[] = [];
  if (intervalMs !== undefined) running.push(atIntervals(intervalMs));
  if (reacts) void watchKustomizations(api, namespace, changed, ending.signal);

  const stop = async (): Promise<void> => {
    ending.abort();
    await Promise.all([...running, ...passes.values()]);
    await api.close();
  };
  return {
    async bootstrap(name, spec = {}) {
      const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
      const body = {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name, namespace },
        spec: { interval: '10m', path: './', prune: true, sourceRef, ...spec },
      };
      await api.do('PATCH', `${kustomizationPath(body.metadata)}?fieldManager=flux&force=true`, body, apply);
    },
    commit(name, manifests) {
      const parsed = manifestsIn(manifests);
      const revision = `main@sha1:${createHash('sha1').update(JSON.stringify(parsed)).digest('hex')}`;
      sources.set(name, { name, namespace, revision, manifests: parsed });
    },
    fail(name, unavailable) {
      sources.set(name, { ...sourceOf(name), unavailable });
    },
    begin,
    reconcile: (...names) => reconcile(names.length > 0 ? names : [...sources.keys()]),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
