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
  why: z.string().optional(),
  check: z.object({ code: z.string(), message: z.string() }).optional(),
});

const held = z.object({ hold: z.object({ message: z.string() }) });

/** RFC 9457. */
const problem = z.object({ detail: z.string() });

export type ShownRollout = z.output<typeof rollout>;
export type ShownWorkload = z.output<typeof workload>;

export interface ClientOptions {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly url: string;
  readonly token?: string;
}

/** The API over HTTP, as everyone reads it. Throws an Error whose message is a sentence for people. */
export function createClient({ url, token }: ClientOptions) {
  async function ask<T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>): Promise<T> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}${path}`, { method, headers }).catch((cause: unknown) => {
      throw new Error(`No API answers at ${url}: start one with \`npm start\`, or name it with --api.`, { cause });
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return schema.parse(body);
    const said = problem.safeParse(body);
    throw new Error(said.success ? said.data.detail : `${url} answered ${answer.status} to ${method} ${path}.`);
  }
  return {
    rollouts: async () => (await ask('GET', '/api/v1/rollouts', z.object({ items: z.array(rollout) }))).items,
    workloads: async () => (await ask('GET', '/api/v1/workloads', z.object({ items: z.array(workload) }))).items,
    /** `workload`: `namespace/kind/name`. Answers what holds it now, in a sentence. */
    switchOff: async (id: string) => (await ask('POST', `/api/v1/workloads/${id}/off`, held)).hold.message,
  };
}

export type Client = ReturnType<typeof createClient>;
