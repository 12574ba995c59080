import type { ForgeEvent } from '@keelson/laptop';
import type { Client } from '../api/client.ts';
import { shortName, workloads } from './apps.ts';
import type { Branch } from './push.ts';
import { branches } from './push.ts';
import type { Screen } from './screen.ts';

/** Prints that an image which CI has just pushed waits, where its workload is on hold, and how the hold ends. */
export function printWaiting(
  client: Pick<Client, 'workload' | 'rollouts'>,
  screen: Screen,
): (event: ForgeEvent) => void {
  async function print(branch: Branch, commit: string): Promise<void> {
    const { hold } = await client.workload(workloads[branch]);
    if (hold === undefined) return;
    // Its own failure may be what put the workload on hold.
    const rollouts = await client.rollouts(workloads[branch]);
    if (rollouts.some(({ changes }) => changes.some(({ to }) => to.commit === commit))) return;
    const app = shortName(workloads[branch]);
    const what = `commit ${commit.slice(0, 7)} is built, and not rolled out`;
    screen.line('waiting', app, `${what}: ${hold.message} Type: resume ${app}`);
  }

  return (event) => {
    if (event.type !== 'pipeline' || event.state !== 'passed') return;
    const branch = branches.find((each) => each === event.branch);
    if (branch === undefined) return;
    print(branch, event.commit).catch((error: unknown) => screen.line('failed', 'api', String(error)));
  };
}
