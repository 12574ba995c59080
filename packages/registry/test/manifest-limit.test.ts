import type { IncomingMessage, ServerResponse } from 'node:http';
import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { Clock, clientFor, digestOf, errorOf, imageAt, indexOf, registryFor, serverFor } from './kit.ts';

const minuteMs = 60_000;
const mediaType = 'application/vnd.oci.image.manifest.v1+json';

/** An image of eight platforms, by path: what a registry serves of it. */
function image() {
  const config = JSON.stringify({ config: { Labels: { 'org.opencontainers.image.revision': 'abc' } } });
  const manifests = Array.from({ length: 8 }, (_, n) => JSON.stringify({ config: { digest: digestOf(config) }, n }));
  const index = JSON.stringify(
    indexOf(
      ...manifests.map((body, n) => ({
        mediaType,
        digest: digestOf(body),
        platform: { os: 'linux', architecture: `a${n}` },
      })),
    ),
  );
  const bodies = new Map([index, config, ...manifests].map((body) => [digestOf(body) as string, body]));
  return { digest: digestOf(index), index, bodies };
}

/** A registry that gives `limit` manifests in six hours to all of its clients together, as Docker Hub does. A HEAD costs nothing. */
async function limitedRegistry(clock: Clock, limit: number, says: boolean) {
  const { digest, index, bodies } = image();
  const pulls: number[] = [];
  const left = () => limit - pulls.filter((at) => at > clock.ms - 360 * minuteMs).length;
  const serve = ({ method, url = '' }: IncomingMessage, response: ServerResponse) => {
    const reference = url.split('/').at(-1) ?? '';
    const counted = url.includes('/manifests/');
    const used = counted && method === 'GET' && left() <= 0;
    if (counted && method === 'GET' && !used) pulls.push(clock.ms);
    const body = bodies.get(reference) ?? index;
    const headers = {
      'content-type': body === index ? 'application/vnd.oci.image.index.v1+json' : mediaType,
      'docker-content-digest': reference === 'latest' ? digest : reference,
      ...(says && counted && { 'ratelimit-limit': `${limit};w=21600`, 'ratelimit-remaining': `${left()};w=21600` }),
    };
    response.writeHead(used ? 429 : 200, used ? {} : headers).end(method === 'HEAD' || used ? undefined : body);
  };
  return { ...(await serverFor(serve)), digest, pulls, left };
}

describe.each([
  { registry: 'a registry that says how much is left', says: true },
  { registry: 'a registry that does not', says: false },
])('$registry', ({ says }) => {
  it('an index is described with two of the manifests that come back, and the nodes get the others', async () => {
    const clock = new Clock();
    const registry = await limitedRegistry(clock, 100, says);
    const client = clientFor({ now: clock.now });
    // Used up by the nodes, over six hours.
    for (let n = 0; n < 100; n++) registry.pulls.push(clock.ms - n * 3.6 * minuteMs);
    const described = [];

    for (let look = 0; look < 4 * 60; look++) {
      clock.ms += 3 * minuteMs;
      const seen = await client.observe(imageAt(registry)).catch(() => undefined);
      if (seen === undefined) continue;
      described.push(await client.describe(imageAt(registry), seen.digest).catch(() => undefined));
    }

    const first = described.findIndex((one) => one !== undefined);
    expect(described.at(-1)?.relatedDigests).toHaveLength(1 + 8);
    expect(described.at(-1)?.labels).toEqual({ revision: 'abc' });
    // The first manifest comes back after four minutes.
    expect(first).toBeLessThan(10);
    const gets = registry.requests.filter((one) => one.startsWith('GET') && one.includes('/manifests/'));
    expect(registry.pulls).toHaveLength(100 + 2);
    expect(gets.length).toBeLessThanOrEqual(20);
  });
});

it('a manifest gets no request while the registry says that none is left', async () => {
  const clock = new Clock();
  const registry = await limitedRegistry(clock, 1, true);
  const client = clientFor({ now: clock.now });
  registry.pulls.push(clock.ms - 300 * minuteMs);

  await client.observe(imageAt(registry));
  const waiting = await errorOf(client.describe(imageAt(registry), registry.digest));
  const sent = registry.requests.length;
  clock.ms += 61 * minuteMs;
  await client.observe(imageAt(registry));
  const described = await client.describe(imageAt(registry), registry.digest);

  expect(waiting).toMatchObject({ code: 'paused', retryable: true });
  expect(waiting.message).toContain('its limit for manifests is used up');
  expect(sent).toBe(1);
  expect(described).toMatchObject({ relatedDigests: { length: 9 }, labels: {} });
});

it('a tag is still observed while the limit for manifests is used up', async () => {
  const registry = await registryFor();
  const clock = new Clock();
  const client = clientFor({ now: clock.now });
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  registry.faults.inject({ method: 'GET', fault: { type: 'status', status: 429 } });
  await errorOf(client.describe(imageAt(registry), digest));
  clock.ms += 1_000;

  const codes = [(await errorOf(client.describe(imageAt(registry), digest))).code];

  expect(await client.observe(imageAt(registry))).toEqual({ digest });
  expect(codes).toEqual(['paused']);
  expect(registry.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
});
