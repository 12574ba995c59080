import { escapeText, parseWorkloadId } from '@keelson/core';
import { configuredClient } from '../api/configured-client.ts';
import { standardOutput } from '../output.ts';

/** `keelson why WORKLOAD`: prints why a workload runs what it runs. */
export async function why(workload: string, { api }: { readonly api?: string }): Promise<void> {
  const id = parseWorkloadId(workload);
  const { why: message = 'not checked yet.' } = await configuredClient(api).workload(id);
  standardOutput().write(`${id}: ${escapeText(message)}\n`);
}
