import type { KubeHttp } from '@keelson/kube';
import { z } from 'zod';

const event = z.object({
  type: z.string(),
  object: z.object({ metadata: z.object({ name: z.string(), generation: z.number().optional() }) }),
});

/** When each Deployment of a namespace was last written, by its generation: read from a watch of our own. */
export async function watchWrites(kube: KubeHttp, namespace: string) {
  const written = new Map<string, { readonly generation: number; readonly at: number }>();
  const ending = new AbortController();
  const stream = await kube.stream({
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    query: { watch: true },
    signal: ending.signal,
  });
  const reading = (async () => {
    let rest = '';
    for await (const chunk of stream) {
      const at = Date.now();
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { object } = event.parse(JSON.parse(line));
        const { name, generation = 0 } = object.metadata;
        if ((written.get(name)?.generation ?? 0) < generation) written.set(name, { generation, at });
      }
    }
  })().catch(() => undefined);
  return {
    written,
    async stop() {
      ending.abort();
      await reading;
    },
  };
}
