import { escapeText } from '@keelson/core';
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

const hold = z.object({ message: z.string() });

const workload = z.object({
  id: z.string(),
  schedule: z.string(),
  why: z.string().optional(),
  hold: hold.optional(),
  active: z.string().optional(),
  containers: z.array(z.object({ rolledOut: z.string().optional() })),
  quarantine: z.array(z.object({ digest: z.string() })),
  check: z.object({ at: z.string(), code: z.string(), message: z.string() }).optional(),
});

const rolloutPage = z.object({ items: z.array(rollout) });
const workloadPage = z.object({ items: z.array(workload) });
const switchedOff = z.object({ hold, message: z.string() });
const resumed = z.object({ resumed: hold.optional() });
const released = z.object({ released: z.array(z.unknown()) });

/** RFC 9457. */
const problem = z.object({ detail: z.string() });

/** What the commands read of a rollout. Times are RFC 3339; `durationMs` is there once the rollout ended. */
export type ShownRollout = z.output<typeof rollout>;
/** What the commands read of a workload. Times are RFC 3339. */
export type ShownWorkload = z.output<typeof workload>;

export interface ClientOptions {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly url: string;
  readonly token?: string;
}

/** The API over HTTP, as everyone uses it. `id` is `namespace/kind/name`. Every method throws an Error whose message is for people. */
export function createClient({ url, token }: ClientOptions) {
  async function request<T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>, json?: object): Promise<T> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = json === undefined ? {} : { body: JSON.stringify(json) };
    const response = await fetch(`${url}${path}`, { method, headers, ...sent }).catch((cause: unknown) => {
      throw new Error(`No API answers at ${url}: start one with \`npm start\`, or name it with --api.`, { cause });
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return schema.parse(body);
    const parsed = problem.safeParse(body);
    throw new Error(
      parsed.success ? escapeText(parsed.data.detail) : `${url} answered ${response.status} to ${method} ${path}.`,
    );
  }
  const pathOf = (id: string): string => `/api/v1/workloads/${id}`;
  return {
    /** Newest first, of one workload or of all. */
    rollouts: async (id?: string) =>
      (await request('GET', id === undefined ? '/api/v1/rollouts' : `${pathOf(id)}/history`, rolloutPage)).items,
    workloads: async () => (await request('GET', '/api/v1/workloads', workloadPage)).items,
    workload: (id: string) => request('GET', pathOf(id), workload),
    /** Requests a check of the registry; a worker makes it. */
    check: async (id: string): Promise<void> => void (await request('POST', `${pathOf(id)}/check`, z.unknown())),
    /** Whether there was a hold to end. */
    resume: async (id: string) => (await request('POST', `${pathOf(id)}/resume`, resumed)).resumed !== undefined,
    /** Requests a rollback to what worked before. */
    rollback: async (id: string): Promise<void> => void (await request('POST', `${pathOf(id)}/rollback`, z.unknown())),
    /** Takes every digest out of quarantine. Returns how many there were. */
    release: async (id: string) => (await request('POST', `${pathOf(id)}/release`, released)).released.length,
    /** Returns what is done about what Keelson wrote, and the message of the hold. */
    switchOff: async (id: string, startQuarantined: boolean) => {
      const off = await request('POST', `${pathOf(id)}/off`, switchedOff, { startQuarantined });
      return `${off.message} ${off.hold.message}`;
    },
  };
}

export type Client = ReturnType<typeof createClient>;
