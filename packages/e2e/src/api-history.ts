import { z } from 'zod';

const page = z.object({
  items: z.array(
    z.object({
      state: z.string(),
      trigger: z.string(),
      changes: z.tuple([z.object({ from: z.object({ digest: z.string() }), to: z.object({ digest: z.string() }) })]),
    }),
  ),
});

/** What the API at this address reports of a Deployment's rollouts of one image, newest first. */
export async function historyFromApi(api: string, namespace: string, name: string) {
  const answer = await fetch(`${api}/api/v1/workloads/${namespace}/deployment/${name}/history`);
  return page.parse(await answer.json()).items.map(({ state, trigger, changes: [{ from, to }] }) => ({
    state,
    trigger,
    from: from.digest,
    to: to.digest,
  }));
}
