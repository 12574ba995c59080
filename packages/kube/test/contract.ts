import { afterAll, beforeAll, describe } from 'vitest';
import { forgetting } from './contract/forgetting.ts';
import type { ContractCluster, Harness } from './contract/harness.ts';
import { startHarness } from './contract/harness.ts';
import { jobs } from './contract/jobs.ts';
import { listsAndWatches } from './contract/lists.ts';
import { logs } from './contract/logs.ts';
import { pods } from './contract/pods.ts';
import { reads } from './contract/reads.ts';
import { templates } from './contract/templates.ts';
import { views } from './contract/views.ts';
import { workloads } from './contract/workloads.ts';
import { writers } from './contract/writers.ts';
import { writing } from './contract/writes/all.ts';

export interface ContractOptions {
  /** Why there is no such cluster here: then all is skipped, and says so. */
  readonly missing?: string | undefined;
  /** Why it has no Kustomizations of Flux: then what is written into those is skipped, and says so. */
  readonly fluxMissing?: string | undefined;
  /** Whether it has a kubelet that keeps logs: of `loggingImage` then, which crashes. */
  readonly logs: boolean;
}

/**
 * Everything that Keelson asks of a cluster. A cluster that passes is as good as any other to it: the suite runs over the real API server
 * and over the simulated one, so that neither can drift from the other unseen.
 */
export function clusterContract(
  name: string,
  start: () => Promise<ContractCluster>,
  { missing, logs: hasLogs, fluxMissing }: ContractOptions,
): void {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  const seen = [workloads, templates, pods, jobs, writers, reads, views];
  const writes = (harness: () => Harness) => writing(harness, fluxMissing);
  const parts = [listsAndWatches, writes, ...seen, ...(hasLogs ? [logs] : []), forgetting];
  // Each test has a namespace of its own, and most of their time is waiting for the cluster.
  describe.skipIf(missing !== undefined)(`the contract of a cluster: ${title}`, { concurrent: true }, () => {
    let running: Harness | undefined;
    const harness = (): Harness => {
      if (running === undefined) throw new Error('the cluster did not start');
      return running;
    };

    beforeAll(async () => {
      running = await startHarness(await start());
    });
    afterAll(() => running?.stop());

    for (const part of parts) part(harness);
  });
}
