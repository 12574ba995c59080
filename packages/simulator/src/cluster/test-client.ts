import { sleep } from '@keelson/core/wait';
import { vi } from 'vitest';
import { z } from 'zod';
import type { SimulatedCluster } from './options.ts';

const body = z.looseObject({});

export interface Reply {
  readonly status: number;
  /** What JSON says; a text that is none comes as `{ text }`. */
  readonly body: Record<string, unknown>;
}

/** One request with plain fetch, as the tests of this folder make them. */
export async function call(
  cluster: Pick<SimulatedCluster, 'server' | 'token'>,
  method: string,
  path: string,
  sent?: unknown,
  contentType = 'application/json',
): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${cluster.token}`,
    'user-agent': 'tester/1.0 (test)',
    'content-type': contentType,
  };
  const text = typeof sent === 'string' ? sent : JSON.stringify(sent);
  const response = await fetch(cluster.server + path, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const json = response.headers.get('content-type') === 'application/json' && !answer.includes('\n');
  return { status: response.status, body: json ? body.parse(JSON.parse(answer)) : { text: answer } };
}

const line = z.object({ type: z.string(), object: z.looseObject({ metadata: z.looseObject({}) }) });
export type WatchLine = z.infer<typeof line>;

/** An open watch: what came so far, and whether it has ended. */
export interface OpenWatch {
  readonly lines: WatchLine[];
  readonly done: Promise<'ended' | 'broken'>;
  close(): void;
}

export async function watch(cluster: Pick<SimulatedCluster, 'server' | 'token'>, path: string): Promise<OpenWatch> {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${cluster.token}` };
  const response = await fetch(cluster.server + path, { headers, signal: stop.signal });
  const lines: WatchLine[] = [];
  const read = async (): Promise<'ended' | 'broken'> => {
    let rest = '';
    try {
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const parts = (rest + part).split('\n');
        rest = parts.pop() ?? '';
        lines.push(...parts.map((each) => line.parse(JSON.parse(each))));
      }
      return 'ended';
    } catch {
      return 'broken';
    }
  };
  return { lines, done: read(), close: () => stop.abort() };
}

/** For `vi.waitUntil`: often enough for states that last some milliseconds, and long enough for busy machines. */
export const wait = { timeout: 60_000, interval: 5 };

/** A Deployment with one container `app`. */
export function deployment(name: string, image: string, spec: Record<string, unknown> = {}, namespace = 'default') {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: podTemplate({ app: name }, image),
      ...spec,
    },
  };
}

export function podTemplate(labels: Record<string, string>, image: string, spec: Record<string, unknown> = {}) {
  return { metadata: { labels }, spec: { containers: [{ name: 'app', image }], ...spec } };
}

const managed = z.looseObject({
  metadata: z.looseObject({
    managedFields: z
      .array(
        z.looseObject({
          manager: z.string(),
          operation: z.string(),
          subresource: z.string().optional(),
          fieldsV1: z.unknown(),
        }),
      )
      .default([]),
  }),
});

/** `manager/Operation` of each entry that is not a status's, and what it owns. */
export function managersOf(object: unknown): Record<string, unknown> {
  const entries = managed.parse(object).metadata.managedFields.filter(({ subresource }) => subresource === undefined);
  return Object.fromEntries(entries.map(({ manager, operation, fieldsV1 }) => [`${manager}/${operation}`, fieldsV1]));
}

const versioned = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string(), generation: z.number().optional() }),
});

export function versionOf(object: unknown): string {
  return versioned.parse(object).metadata.resourceVersion;
}

export function generationOf(object: unknown): number | undefined {
  return versioned.parse(object).metadata.generation;
}

/** An object's resourceVersion, once it stops changing. */
export async function settled(cluster: Pick<SimulatedCluster, 'server' | 'token'>, path: string): Promise<string> {
  let before = '';
  return vi.waitUntil(async () => {
    const now = versionOf((await call(cluster, 'GET', path)).body);
    if (now === before) return now;
    before = now;
    await sleep(40);
    return undefined;
  }, wait);
}
