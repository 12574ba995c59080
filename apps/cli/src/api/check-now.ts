import { until } from '../until.ts';
import type { Client } from './client.ts';

const patienceMs = 30_000;

/**
 * Has a worker check a workload's images in the registry now. Returns `why`: why the workload runs what it runs, after that check.
 *
 * @param id `namespace/kind/name`
 * @throws Error when the API refuses, or when no worker checks within 30 s
 */
export async function checkNow(client: Pick<Client, 'workload' | 'check'>, id: string): Promise<string> {
  const before = (await client.workload(id)).check?.at;
  await client.check(id);
  const why = await until(async () => {
    const after = await client.workload(id);
    return after.check !== undefined && after.check.at !== before ? (after.why ?? after.check.message) : undefined;
  }, patienceMs);
  if (why !== undefined) return why;
  throw new Error(`The check of ${id} was requested, and no worker made it within ${patienceMs / 1_000} s.`);
}
