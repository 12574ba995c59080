import { escapeText, parseWorkloadId } from '@keelson/core';
import { configuredClient } from '../api/configured-client.ts';
import { standardOutput } from '../output.ts';

interface OffOptions {
  readonly api?: string;
  readonly startQuarantined?: true;
}

/** `keelson off WORKLOAD`: has Keelson remove everything that it wrote into a workload. */
export async function off(workload: string, { api, startQuarantined }: OffOptions): Promise<void> {
  const id = parseWorkloadId(workload);
  const message = await configuredClient(api).switchOff(id, startQuarantined === true);
  standardOutput().write(
    `${id}: ${escapeText(message)}\nTo leave it out for good, remove keel.sh/policy and keelson.sh/policy from its manifest.\n`,
  );
}
