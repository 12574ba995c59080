import { escapeText } from '@keelson/core';
import { checkNow } from '../api/check-now.ts';
import type { Client, ShownWorkload } from '../api/client.ts';
import { shortName, workloads } from './apps.ts';
import type { Commands } from './prompt.ts';
import { changes, push } from './push.ts';
import type { Screen } from './screen.ts';
import { historyTable, statusTable } from './tables.ts';
import type { UserClone } from './user-clone.ts';
import type { WorkingCopy } from './working-copy.ts';

export interface CommandParts {
  readonly client: Client;
  readonly screen: Screen;
  readonly copy: WorkingCopy;
  readonly clone: UserClone;
  /** The pages' addresses by workload. */
  readonly pages: Readonly<Record<string, string>>;
}

/** What the prompt's words do, through the API as everyone can, and through git. */
export function commandsFor({ client, screen, copy, clone, pages }: CommandParts): Commands {
  async function each(workload: string | undefined, act: (one: ShownWorkload) => Promise<string | undefined>) {
    for (const id of workload === undefined ? Object.values(workloads) : [workload]) {
      const message = await act(await client.workload(id));
      if (message !== undefined) screen.plain(`  ${shortName(id)}: ${escapeText(message)}`);
    }
  }

  return {
    push: async (branch, change) => {
      const commit = await push(copy, branch, change);
      screen.line('push', branch, `commit ${commit.slice(0, 7)}: ${changes[change].description}`);
      for (const message of await clone.follow()) screen.plain(`  ${escapeText(message)}`);
    },
    status: async () => screen.plain(statusTable(await client.workloads(), pages)),
    why: (workload) => each(workload, async ({ why }) => why ?? 'not checked yet'),
    history: async (workload) => screen.plain(historyTable(await client.rollouts(workload))),
    // The event stream prints what changed; here stands only what it has no event for.
    resume: (workload) => each(workload, async ({ id }) => ((await client.resume(id)) ? undefined : 'is not on hold')),
    release: (workload) =>
      each(workload, async ({ id }) => ((await client.release(id)) > 0 ? undefined : 'has nothing in quarantine')),
    rollback: (workload = workloads.main) => client.rollback(workload),
    check: (workload) => each(workload, ({ id }) => checkNow(client, id)),
  };
}
