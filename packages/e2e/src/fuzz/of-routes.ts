import { z } from 'zod';
import type { ApiFixture } from '../../../../apps/api/src/testing/api-fixture.ts';
import { startFixture } from '../../../../apps/api/src/testing/api-fixture.ts';
import { newRollout, workloadRecord } from '../../../../apps/api/src/testing/records.ts';
import { rollOut } from '../../../../apps/api/src/testing/roll-out.ts';
import { mutate, mutateJson } from './mutate.ts';
import { digest } from './of-texts.ts';
import type { Random } from './random.ts';
import type { OpenTarget, Target } from './target.ts';

const workloads = ['myapp/deployment/myapp', 'other/statefulset/db', 'myapp/cronjob/gone'] as const;
const parameter = z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']) });
const operation = z.object({ parameters: z.array(parameter).default([]) });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

interface Route {
  readonly path: string;
  readonly method: string;
  readonly queries: readonly string[];
}

async function routesOf(api: ReturnType<ApiFixture['api']>): Promise<readonly [Route, ...Route[]]> {
  const { paths } = document.parse(await (await api.request('/openapi.json')).json());
  const [first, ...others] = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters }]) => ({
      path,
      method: method.toUpperCase(),
      queries: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    })),
  );
  if (!first) throw new Error('The OpenAPI document has no paths.');
  return [first, ...others];
}

const queryValues = [
  ...([
    'succeeded',
    '2026-11-20T08:00:00Z',
    '1795162530250',
    '500',
    '1',
    'myapp',
    'true',
    'myapp/deployment/myapp',
  ] as const),
  ...(['0c96jq8vm', 'bXlhcHAvZGVwbG95bWVudC9teWFwcA', '-1', digest] as const),
] as const;
const headers = [
  ['content-type', 'application/json'],
  ['content-type', 'application/vnd.docker.distribution.events.v1+json'],
  ['authorization', 'Bearer abc'],
  ['accept-encoding', 'gzip, deflate;q=0.5'],
  ['if-none-match', 'W/"abc"'],
  ['last-event-id', '1795162530250-0'],
  ['x-request-id', 'build-42'],
  ['content-length', '12'],
] as const;
/** With these the loopback guard refuses what comes from elsewhere, before anything else reads it. */
const guarded = [
  ['origin', 'http://localhost:8080'],
  ['host', 'localhost:8080'],
  ['x-forwarded-for', '10.0.0.1, 10.0.0.2'],
] as const;
const target = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  repository: 'ops/myapp',
  tag: 'latest',
  digest,
};
const bodies = [
  { events: [{ id: '1', action: 'push', target, request: { host: 'registry.gitlab.com', method: 'PUT' } }] },
  { reason: 'because', message: 'because', digest, to: digest, force: true, container: 'myapp', rollout: '0c96jq8vm' },
  { namespace: 'myapp', startQuarantined: true, digest: '0123456789ab' },
] as const;

function pathOf(random: Random, { path, queries }: Route, rollout: string): string {
  const [namespace = '', kind = '', name = ''] = random.pick(workloads).split('/');
  const known: Readonly<Record<string, string>> = { namespace, kind, name, id: rollout };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = known[key] ?? 'x';
    return random.oneIn(4) ? encoded(random, mutate(random, value)) : value;
  });
  const pairs = [...queries, 'unknown'].flatMap((key) => {
    if (!random.oneIn(3)) return [];
    const value = random.pick<string>([...queryValues, rollout]);
    return [`${key}=${encoded(random, random.oneIn(2) ? value : mutate(random, value))}`];
  });
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return random.oneIn(20) ? mutate(random, filled + query) : filled + query;
}

/** Encoded as a client does it; sometimes not, or as a careless one does. */
const encoded = (random: Random, text: string): string =>
  random.oneIn(4) ? text : encodeURIComponent(text.toWellFormed());

/** A request, or undefined where no client can send it. */
function requestOf(random: Random, route: Route, rollout: string): Request | undefined {
  const method = random.oneIn(30)
    ? random.pick(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST'])
    : route.method;
  const chosen = [...headers.filter(() => random.oneIn(4)), ...guarded.filter(() => random.oneIn(40))].map(
    ([key, value]): [string, string] => [key, random.oneIn(2) ? value : mutate(random, value)],
  );
  const body = mutateJson(random, random.pick<unknown>([...bodies]));
  const path = pathOf(random, route, rollout);
  try {
    return new Request(new URL(path.startsWith('/') ? path : `/${path}`, 'http://localhost'), {
      method,
      headers: chosen.map(([key, value]): [string, string] => [
        key,
        value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '').trim(),
      ]),
      ...(method !== 'GET' && method !== 'HEAD' && { body }),
    });
  } catch {
    return undefined;
  }
}

async function open(): Promise<OpenTarget> {
  const fixture = await startFixture();
  const api = fixture.api();
  for (const id of workloads) await fixture.history.putWorkload(workloadRecord(id));
  const rollouts = [
    await rollOut(fixture.history, newRollout(workloads[0])),
    await rollOut(fixture.history, newRollout(workloads[1]), 'failed'),
  ] as const;
  await fixture.history.removeWorkload(workloads[2]);
  const routes = await routesOf(api);
  return {
    input(random) {
      const request = requestOf(random, random.pick(routes), random.pick(rollouts).id);
      return async () => {
        if (!request) return;
        // So that no sender has used up what it may send.
        fixture.clock.now += 60_000;
        for (const list of [fixture.checks, fixture.patched, fixture.removals]) list.length = 0;
        fixture.log.text = '';
        const response = await api.request(request);
        if (response.headers.get('content-type')?.includes('event-stream') === true) await response.body?.cancel();
        else await response.arrayBuffer();
        if (response.status < 500 || response.status === 503) return;
        throw new Error(
          `${request.method} ${request.url} answered ${response.status}: ${fixture.log.text.slice(0, 1_000)}`,
        );
      };
    },
    async close() {
      await fixture.stop();
      await fixture.redis.stop();
    },
  };
}

/** Every route of the OpenAPI document, webhooks included, over a Redis with some records. */
export const ofRoutes: Target = { name: 'routes of the API', weight: 3, open };
