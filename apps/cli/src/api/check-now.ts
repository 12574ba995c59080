import { sleep } from '@keelson/core/wait';
import type { Client } from './client.ts';

const PATIENCE_MS = 30_000;
const EVERY_MS = 100;

/**
 * Has a worker check a workload's images in the registry now. Returns `why`: why the workload runs what it runs, after that check.
 *
 * @param id `namespace/kind/name`
 * @throws Error when the API refuses, or when no worker checks within 30 s
 */
export async function checkNow(client: Pick<Client, 'workload' | 'check'>, id: string): Promise<string> {
  const before = (await client.workload(id)).check?.at;
  await client.check(id);
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { check, why } = await client.workload(id);
    if (check !== undefined && check.at !== before) return why ?? check.message;
    await sleep(EVERY_MS);
  }
  throw new Error(`The check of ${id} was requested, and no worker made it within ${PATIENCE_MS / 1_000} s.`);
}
