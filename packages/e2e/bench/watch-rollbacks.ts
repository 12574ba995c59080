import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeHttp } from '@keelson/kube';
import { z } from 'zod';

const pod = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ labels: z.object({ app: z.string() }) }),
    status: z.object({
      containerStatuses: z
        .array(
          z.object({
            image: z.string(),
            imageID: z.string().default(''),
            state: z.object({ waiting: z.object({ reason: z.string().optional() }).optional() }),
          }),
        )
        .default([]),
    }),
  }),
});
const deployment = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.object({
      template: z.object({
        metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
        spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }),
      }),
    }),
  }),
});

/** What a Deployment's template came to name. */
export interface Template {
  readonly at: number;
  readonly image: string;
  /** Of the image; or, where that names none, of the annotation that pins its pods. */
  readonly digest: string | undefined;
}

/** When the API first reported something, by what it is about. Milliseconds since the epoch. */
export interface Moments {
  /** `app-1 sha256:…`: when a pod of it was first seen in CrashLoopBackOff. */
  readonly signals: ReadonlyMap<string, number>;
  /** `app-1 sha256:…`: each time that the template of it came to name that digest, oldest first. */
  readonly written: ReadonlyMap<string, readonly number[]>;
  /** By the Deployment's name, oldest first. */
  readonly templates: ReadonlyMap<string, readonly Template[]>;
  stop(): Promise<void>;
}

/** Watches of our own, on connections that Keelson has no part in. */
export async function watchRollbacks(kube: KubeHttp, namespace: string): Promise<Moments> {
  const signals = new Map<string, number>();
  const written = new Map<string, number[]>();
  const templates = new Map<string, Template[]>();
  const ending = new AbortController();

  const onPod = (line: unknown, at: number) => {
    const { metadata, status } = pod.parse(line).object;
    for (const { image, imageID, state } of status.containerStatuses) {
      const key = `${metadata.labels.app} ${(image.includes('@') ? image : imageID).split('@')[1]}`;
      if (state.waiting?.reason === 'CrashLoopBackOff' && !signals.has(key)) signals.set(key, at);
    }
  };
  const onDeployment = (line: unknown, at: number) => {
    const { metadata, spec } = deployment.parse(line).object;
    const { name } = metadata;
    const { image } = spec.template.spec.containers[0];
    const digest =
      image.split('@')[1] ?? spec.template.metadata.annotations['digest.keelson.sh/app']?.split('@').at(-1);
    const before = templates.get(name) ?? [];
    const last = before.at(-1);
    if (last?.image === image && last.digest === digest) return;
    templates.set(name, [...before, { at, image, digest }]);
    const key = `${name} ${digest}`;
    written.set(key, [...(written.get(key) ?? []), at]);
  };
  const open = (path: string) => kube.stream({ path, query: { watch: true }, signal: ending.signal });
  const streams = [
    [await open(`/api/v1/namespaces/${namespace}/pods`), onPod],
    [await open(`/apis/apps/v1/namespaces/${namespace}/deployments`), onDeployment],
  ] as const;
  const reading = streams.map(([stream, on]) =>
    lines(stream, on).catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    }),
  );
  await sleep(200);
  return {
    signals,
    written,
    templates,
    async stop() {
      ending.abort();
      await Promise.all(reading);
    },
  };
}

async function lines(stream: AsyncIterable<Buffer>, on: (line: unknown, at: number) => void): Promise<void> {
  let rest = '';
  for await (const chunk of stream) {
    const at = Date.now();
    const read = (rest + chunk.toString('utf8')).split('\n');
    rest = read.pop() ?? '';
    for (const line of read) on(JSON.parse(line), at);
  }
}
