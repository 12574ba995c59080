import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { waitUntil } from '../wait-until.ts';

const digest = z.string();
const transition = z.object({ state: z.string(), code: z.string(), at: z.string(), message: z.string().optional() });
const rollout = z.object({
  id: z.string(),
  state: z.string(),
  kind: z.string(),
  trigger: z.string(),
  code: z.string(),
  createdAt: z.string(),
  changes: z.array(
    z.object({ container: z.string(), from: z.object({ digest: digest.optional() }), to: z.object({ digest }) }),
  ),
  transitions: z.array(transition),
  written: z.object({ path: z.string() }).optional(),
});
const workload = z.object({
  id: z.string(),
  why: z.string().optional(),
  containers: z.array(
    z.object({
      name: z.string(),
      rolledOut: digest.optional(),
      lastGood: digest.optional(),
      observed: digest.optional(),
    }),
  ),
  hold: z.object({ code: z.string(), message: z.string() }).optional(),
  quarantine: z.array(z.object({ digest, code: z.string(), message: z.string() })),
  check: z.object({ at: z.string(), code: z.string(), message: z.string() }).optional(),
  active: z.string().optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

export type ApiRollout = z.output<typeof rollout>;
export type ApiWorkload = z.output<typeof workload>;

const event = z.object({ type: z.string(), workload: z.string(), rollout: z.string().optional(), name: z.string() });
const page = z.object({ items: z.array(workload) });
const history = z.object({ items: z.array(rollout) });

/** What the API says of the workloads of a namespace, read again and again; as it is read by people and programs. */
export interface ApiWatch {
  workload(id: string): ApiWorkload | undefined;
  /** The states that its rollouts came to, in the order in which they did. */
  states(id: string): readonly string[];
  /** Its rollouts now, oldest first. */
  rollouts(id: string): Promise<readonly ApiRollout[]>;
  check(id: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiWatchOptions {
  readonly url: string;
  readonly namespace: string;
  /** How often it is read, beside its stream of events. */
  readonly everyMs: number;
  readonly onEvent: (workload: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

export function watchApi({ url, namespace, everyMs, onEvent, onTrouble }: ApiWatchOptions): ApiWatch {
  const states = new Map<string, string[]>();
  const ending = new AbortController();
  // Compression costs more here than it saves.
  const headers = { 'accept-encoding': 'identity' };
  let known = new Map<string, ApiWorkload>();
  let stopped = false;
  const list = `${url}/api/v1/workloads?namespace=${namespace}&limit=5000`;
  const of = (id: string) => `${url}/api/v1/workloads/${id}`;

  async function read(): Promise<void> {
    while (!stopped) {
      try {
        const response = await fetch(list, { headers });
        // A busy API may refuse to be read; it is read again soon.
        if (response.ok) known = new Map(page.parse(await response.json()).items.map((each) => [each.id, each]));
        else await response.body?.cancel();
      } catch (error) {
        onTrouble(error);
      }
      await sleep(everyMs);
    }
  }

  async function listen(): Promise<void> {
    try {
      const { body } = await fetch(`${url}/api/v1/events`, { headers, signal: ending.signal });
      if (!body) throw new Error('The stream of events is empty.');
      let rest = '';
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data:')) note(event.parse(JSON.parse(line.slice(5))));
      }
      if (!stopped) onTrouble(new Error('The stream of events ended.'));
    } catch (error) {
      if (!stopped) onTrouble(error);
    }
  }

  function note({ type, workload: id, name }: z.output<typeof event>): void {
    if (type === 'rollout') states.set(id, [...(states.get(id) ?? []), name]);
    onEvent(id);
  }
  const reading = Promise.all([read(), listen()]);

  return {
    workload: (id) => known.get(id),
    states: (id) => states.get(id) ?? [],
    rollouts: async (id) => {
      const { items } = history.parse(await (await fetch(`${of(id)}/history?limit=100`, { headers })).json());
      return items.toReversed();
    },
    async check(id) {
      const request = async () => {
        const { status, body } = await fetch(`${of(id)}/check`, { method: 'POST' });
        await body?.cancel();
        return status === 202;
      };
      // A busy API may refuse one.
      await waitUntil(`a check of ${id} is queued`, request);
    },
    async stop() {
      stopped = true;
      ending.abort();
      await reading;
    },
  };
}
