import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { TestNamespace } from './test-namespace.ts';

const event = z.object({
  object: z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.object({
      template: z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }) }),
    }),
  }),
});

export interface WatchedImages {
  /** Each image that the templates of a Deployment came to name, oldest first. */
  of(name: string): readonly string[];
  stop(): Promise<void>;
}

/** Records every image that Deployments of a namespace ever name, by a watch that Keelson has no part in. */
export async function watchImages({
  env,
  name: namespace,
}: Pick<TestNamespace, 'env' | 'name'>): Promise<WatchedImages> {
  const images = new Map<string, string[]>();
  const ending = new AbortController();
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const stream = await env.kube.stream({ path, query: { watch: true }, signal: ending.signal });
  const reading = (async () => {
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { metadata, spec } = event.parse(JSON.parse(line)).object;
        const { image } = spec.template.spec.containers[0];
        const before = images.get(metadata.name) ?? [];
        if (before.at(-1) !== image) images.set(metadata.name, [...before, image]);
      }
    }
  })().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  await sleep(100);
  return {
    of: (name) => images.get(name) ?? [],
    async stop() {
      ending.abort();
      await reading;
    },
  };
}
