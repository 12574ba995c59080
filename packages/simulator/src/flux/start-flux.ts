import { createHash } from 'node:crypto';
import type { ApiAccess } from '../api-client.ts';
import { ApiClient } from '../api-client.ts';
import type { KubeManifest } from '../cluster/options.ts';
import { installFluxCrds } from './crds.ts';
import { manifestsIn } from './manifest.ts';
import { ObjectPaths } from './object-paths.ts';
import type { Reconciliation, Source } from './reconcile.ts';
import { kustomizationPath, reconcile } from './reconcile.ts';

const apply = 'application/apply-patch+yaml';

export interface FluxOptions {
  /** Where its Kustomizations are. @default 'flux-system' */
  readonly namespace?: string;
  /** More managers whose fields are taken over: the flag `--override-manager`. @default none */
  readonly override?: readonly string[];
  /** Milliseconds from the end of one pass to the next. @default no passes but those of `reconcile` */
  readonly intervalMs?: number;
  /** A folder with the CustomResourceDefinitions of Flux' kinds, for an API server that does not serve them. @default none */
  readonly crds?: string;
}

/**
 * A simulated kustomize-controller: it reads, compares and writes on an API server, request by request, as the real one, without git and
 * without health checks. The "git" of a Kustomization is a list of manifests.
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
  /** One pass over all Kustomizations with a commit, or over those named, in the order of their first commit. @throws Error for one without a commit */
  reconcile(...names: readonly string[]): Promise<Reconciliation[]>;
  stop(): Promise<void>;
}

/** Starts on any API server, and installs Flux's kinds from `crds` where it does not serve them. @throws Error where that fails */
export async function startFlux(
  access: ApiAccess,
  { namespace = 'flux-system', override = [], intervalMs, crds }: FluxOptions = {},
): Promise<Flux> {
  const api = new ApiClient(access);
  const sources = new Map<string, Source>();
  const controller = { api, override, paths: new ObjectPaths(api) };
  let passes: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  await installFluxCrds(api, crds);
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await api.do('PATCH', `/api/v1/namespaces/${namespace}?fieldManager=flux`, home, apply);

  async function pass(names: readonly string[]): Promise<Reconciliation[]> {
    const results: Reconciliation[] = [];
    for (const name of names.length > 0 ? names : [...sources.keys()]) {
      const source = sources.get(name);
      if (source === undefined) throw new Error(`Nothing was committed for the Kustomization ${name}.`);
      results.push(await reconcile(controller, source));
    }
    return results;
  }
  /** One after the other, as there is one controller. */
  function inTurn(names: readonly string[]): Promise<Reconciliation[]> {
    const next = passes.then(() => pass(names));
    passes = next.catch(() => undefined);
    return next;
  }
  function again(ms: number): void {
    timer = setTimeout(() => {
      // a pass that failed is done again, as the controller does it
      inTurn([])
        .catch(() => undefined)
        .finally(() => stopped || again(ms));
    }, ms);
  }
  if (intervalMs !== undefined) again(intervalMs);

  const stop = async (): Promise<void> => {
    stopped = true;
    clearTimeout(timer);
    await passes;
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
    reconcile: (...names) => inTurn(names),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
