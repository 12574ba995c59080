import { escapeText, parseWorkloadId } from '@keelson/core';
import { checkNow } from '../api/check-now.ts';
import { configuredClient } from '../api/configured-client.ts';
import { standardOutput } from '../output.ts';

/** `keelson check WORKLOAD`: has its images checked in the registry now, and prints why it runs what it runs. */
export async function check(workload: string, { api }: { readonly api?: string }): Promise<void> {
  const id = parseWorkloadId(workload);
  standardOutput().write(`${id}: ${escapeText(await checkNow(configuredClient(api), id))}\n`);
}
