import { parseWorkloadId } from '@keelson/core';
import { configuredClient } from '../api/configured-client.ts';

/** `keelson off WORKLOAD`: has Keelson remove everything that it wrote into a workload. */
export async function off(workload: string, { api }: { readonly api?: string }): Promise<void> {
  const id = parseWorkloadId(workload);
  const message = await configuredClient(api).switchOff(id);
  process.stdout.write(
    `${id}: what Keelson wrote into it is being removed. ${message}\nTo leave it out for good, remove keel.sh/policy and keelson.sh/policy from its manifest.\n`,
  );
}
