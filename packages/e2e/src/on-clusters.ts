import type { Flux } from '@keelson/simulator';
import { startFlux } from '@keelson/simulator';
import { fluxCrds, fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import type { NodeGate } from './node-gate.ts';
import { startNodeGate } from './node-gate.ts';
import { installPolicy } from './pin-policy.ts';
import type { Stage, StageKind, StageOptions } from './stage.ts';
import { startStage } from './stage.ts';

/** `plain`: a real Kubernetes 1.35, which serves no admission policy that mutates. */
export type ClusterName = StageKind | 'plain';

/** A cluster that Flux, too, works on; every scene of it is a test's own, so that tests may run side by side. */
export interface Ground {
  readonly cluster: ClusterName;
  readonly stage: Stage;
  readonly nodes: NodeGate;
  readonly flux: Flux;
}

const clusterKinds = {
  simulated: { kind: 'simulated', missing: () => undefined },
  real: { kind: 'real', assets: 'newest', missing: () => realClusterMissing() ?? fluxCrdsMissing() },
  plain: { kind: 'real', assets: 'plain', missing: () => realClusterMissing('plain') ?? fluxCrdsMissing() },
} as const satisfies Record<
  ClusterName,
  Pick<StageOptions, 'assets'> & { readonly kind: StageKind; missing(): string | undefined }
>;

export interface ClustersOptions {
  /** @default simulated and real */
  readonly clusters?: readonly ClusterName[];
  /** Whether the admission policy `keelson-pin` is installed. @default false */
  readonly policy?: boolean;
}

/** Registers the same tests over several clusters; says why where one is not there. `ground` may be read once the tests run. */
export function onClusters(
  name: string,
  tests: (ground: Ground) => void,
  { clusters = ['simulated', 'real'], policy = false }: ClustersOptions = {},
): void {
  for (const cluster of clusters) {
    const { missing, ...start } = { assets: 'newest' as const, ...clusterKinds[cluster] };
    const why = missing();
    describe.skipIf(why !== undefined)(
      `${name} (${cluster} cluster${why === undefined ? '' : `: skipped, ${why}`})`,
      () => {
        let ready: Ground | undefined;

        beforeAll(async () => {
          let nodes: NodeGate | undefined;
          const beforeNodes = async (registry: string) => {
            nodes = await startNodeGate(registry);
            return nodes.url;
          };
          const stage = await startStage(start.kind, { assets: start.assets, beforeNodes });
          if (!nodes) throw new Error('The stage started without its nodes.');
          if (policy) await installPolicy(stage.kube);
          ready = { cluster, stage, nodes, flux: await startFlux(stage.access, { crds: fluxCrds() }) };
        });
        afterAll(async () => {
          await ready?.flux.stop();
          await ready?.stage.stop();
          await ready?.nodes.stop();
        });

        tests({
          cluster,
          get stage() {
            return there(ready).stage;
          },
          get nodes() {
            return there(ready).nodes;
          },
          get flux() {
            return there(ready).flux;
          },
        });
      },
    );
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Used before the test began.');
  return value;
}
