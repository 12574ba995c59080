import { readConfig } from '@keelson/config';
import { parseWorkloadId } from '@keelson/core';
import { createClient } from '../api/client.ts';

/** `keelson off WORKLOAD`: has everything that Keelson wrote into a workload taken out of it. */
export async function off(workload: string, { api }: { readonly api?: string }): Promise<void> {
  const id = parseWorkloadId(workload);
  const { listen, token } = readConfig();
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const url = (api ?? `http://${host}:${listen.port}`).replace(/\/+$/, '');
  const message = await createClient({ url, ...(token !== undefined && { token }) }).switchOff(id);
  process.stdout.write(
    `${id}: what Keelson wrote into it is being taken out. ${message}\nTo leave it out for good, take keel.sh/policy and keelson.sh/policy out of its manifest.\n`,
  );
}
