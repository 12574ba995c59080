import { afterAll, beforeAll, describe } from 'vitest';
import { deployments } from './contract/deployments.ts';
import { forgetting } from './contract/forgetting.ts';
import type { ContractCluster, Harness } from './contract/harness.ts';
import { startHarness } from './contract/harness.ts';
import { jobs } from './contract/jobs.ts';
import { listsAndWatches } from './contract/lists.ts';
import { logs } from './contract/logs.ts';
import { otherWorkloads } from './contract/other-workloads.ts';
import { permissions } from './contract/permissions.ts';
import { pods } from './contract/pods.ts';
import { reads } from './contract/reads.ts';
import { templates } from './contract/templates.ts';
import { views } from './contract/views.ts';
import { writers } from './contract/writers.ts';
import { writing } from './contract/writes/all.ts';

export interface ContractOptions {
  /** Why there is no such cluster here: all tests are then skipped, with this reason. */
  readonly missing?: string | undefined;
  /** Why it has no Flux Kustomizations: the tests that need them are then skipped, with this reason. */
  readonly fluxMissing?: string | undefined;
  /** Whether its kubelet keeps logs: those of `loggingImage`, which crashes. */
  readonly logs: boolean;
  /** Whether it enforces roles (RBAC). */
  readonly roles: boolean;
}

/**
 * Everything that Keelson needs from a cluster. It runs on a real API server and on the simulated cluster, so that the two cannot drift apart
 * unnoticed.
 */
export function clusterContract(
  name: string,
  start: () => Promise<ContractCluster>,
  { missing, logs: hasLogs, roles, fluxMissing }: ContractOptions,
): void {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  const seen = [deployments, otherWorkloads, templates, pods, jobs, writers, reads, views];
  const writes = (harness: () => Harness) => writing(harness, fluxMissing);
  const parts = [listsAndWatches, writes, ...seen, ...(hasLogs ? [logs] : []), forgetting];
  if (roles) parts.push((harness) => permissions(harness, fluxMissing));
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
