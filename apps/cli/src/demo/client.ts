import { z } from 'zod';

const version = z.object({ tag: z.string().optional(), digest: z.string().optional(), commit: z.string().optional() });

const rollout = z.object({
  id: z.string(),
  workload: z.string(),
  kind: z.string(),
  trigger: z.string(),
  state: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  durationMs: z.number().optional(),
  changes: z.array(z.object({ from: version, to: version })),
});

const workload = z.object({
  id: z.string(),
  schedule: z.string(),
  check: z.object({ code: z.string(), sentence: z.string() }).optional(),
});

export type ShownRollout = z.output<typeof rollout>;
export type ShownWorkload = z.output<typeof workload>;

/** The demo reads what everyone reads: the API over HTTP. */
export function createClient(url: string) {
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await fetch(`${url}${path}`);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return schema.parse(await answer.json());
  }
  return {
    rollouts: async () => (await get('/api/v1/rollouts', z.object({ items: z.array(rollout) }))).items,
    workloads: async () => (await get('/api/v1/workloads', z.object({ items: z.array(workload) }))).items,
  };
}

export type Client = ReturnType<typeof createClient>;
