import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { readRegistries } from '../src/index.ts';
import { Clock, clientFor, errorOf, imageAt, lines, registryFor, serverFor } from './kit.ts';

const head = 'HEAD /v2/ops/myapp/manifests/latest';
const get = 'GET /v2/ops/myapp/manifests/latest';
const refusing = (status: number, headers = {}) =>
  ({ method: 'HEAD', fault: { type: 'status', status, headers } }) as const;

describe('a registry that refuses HEAD', () => {
  it.each([400, 403, 404, 405, 500, 501, 502, 503])(
    'a GET reads the tag where a HEAD is answered %s, and goes alone from then on',
    async (status) => {
      const registry = await registryFor();
      const client = clientFor();
      const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
      const other = await pushImage(registry, 'ops/other', 'latest');
      registry.faults.inject(refusing(status));

      const observed = [await client.observe(imageAt(registry)), await client.observe(imageAt(registry))];
      const second = await client.observe(imageAt(registry, 'ops/other:latest'));

      expect(observed).toEqual([{ digest }, { digest }]);
      expect(second).toEqual({ digest: other.digest });
      expect(lines(registry)).toEqual([
        `${head} ${status}`,
        `${get} 200`,
        `${get} 200`,
        'GET /v2/ops/other/manifests/latest 200',
      ]);
    },
  );

  it('a HEAD is tried again after an hour', async () => {
    const clock = new Clock();
    const registry = await registryFor();
    const client = clientFor({ now: clock.now });
    await pushImage(registry, 'ops/myapp', 'latest');
    const remove = registry.faults.inject(refusing(405));
    await client.observe(imageAt(registry));
    remove();
    registry.requests.length = 0;

    clock.ms += 3_599_999;
    await client.observe(imageAt(registry));
    clock.ms += 1;
    await client.observe(imageAt(registry));
    await client.observe(imageAt(registry));

    expect(lines(registry)).toEqual([`${get} 200`, `${head} 200`, `${head} 200`]);
  });

  it('a HEAD without a digest is not sent again', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ fault: { type: 'no-digest' } });

    const observed = [await client.observe(imageAt(registry)), await client.observe(imageAt(registry))];

    expect(observed).toEqual([{ digest }, { digest }]);
    expect(lines(registry)).toEqual([`${head} 200`, `${get} 200`, `${get} 200`]);
  });

  it.each([{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/octet-stream' }])(
    'a GET reads the tag where a HEAD is answered 200 with %o',
    async (headers) => {
      const registry = await registryFor();
      const client = clientFor();
      const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
      registry.faults.inject(refusing(200, { 'docker-content-digest': digest, ...headers }));

      const observed = [await client.observe(imageAt(registry)), await client.observe(imageAt(registry))];

      expect(observed).toEqual([{ digest }, { digest }]);
      expect(lines(registry)).toEqual([`${head} 200`, `${get} 200`, `${get} 200`]);
    },
  );

  it('what answers every request with a page costs one request each time, and is said to be no registry', async () => {
    const server = await serverFor((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('hi'));
    const client = clientFor();

    const errors = [await errorOf(client.observe(imageAt(server))), await errorOf(client.observe(imageAt(server)))];
    await errorOf(client.observe(imageAt(server)));

    expect(new Set(errors.map(({ message }) => message)).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: 'protocol', message: expect.stringContaining('text/html') });
    expect(server.requests.map((request) => request.split(' ')[0])).toEqual(['HEAD', 'GET', 'GET', 'GET']);
  });

  it('a tag is read by HEAD again once a page no longer stands in place of the registry', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const page = { type: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: 'hi' } as const;
    const remove = registry.faults.inject({ fault: page });
    for (let poll = 0; poll < 2; poll++) await errorOf(client.observe(imageAt(registry)));
    remove();
    registry.requests.length = 0;

    const found = [await client.observe(imageAt(registry)), await client.observe(imageAt(registry))];

    expect(found).toEqual([{ digest }, { digest }]);
    expect(lines(registry)).toEqual([`${get} 200`, `${head} 200`]);
  });

  describe('by 401 without a challenge', () => {
    const credentials = [{ type: 'basic' as const, username: 'dev', password: 'right' }];
    const silent = { method: 'HEAD', fault: { type: 'status', status: 401 } } as const;

    it('a GET is challenged, and a HEAD is sent with what it demands from then on', async () => {
      const registry = await registryFor({ auth: { type: 'bearer', users: { dev: 'right' } } });
      const client = clientFor();
      const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
      registry.faults.inject({ ...silent, times: 1 });

      const observed = [
        await client.observe(imageAt(registry), { credentials }),
        await client.observe(imageAt(registry), { credentials }),
      ];

      expect(observed).toEqual([{ digest }, { digest }]);
      expect(lines(registry).filter((line) => line.includes('manifests'))).toEqual([
        `${head} 401`,
        `${get} 401`,
        `${get} 200`,
        `${head} 200`,
      ]);
    });

    it('a GET goes alone after the second HEAD', async () => {
      const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right' } } });
      const client = clientFor();
      const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
      registry.faults.inject(silent);

      for (let poll = 0; poll < 4; poll++) {
        expect(await client.observe(imageAt(registry), { credentials })).toEqual({ digest });
      }

      expect(lines(registry)).toEqual([
        `${head} 401`,
        `${get} 401`,
        `${get} 200`,
        `${head} 401`,
        `${get} 200`,
        `${get} 200`,
        `${get} 200`,
      ]);
    });

    it('a refusal costs one request each time', async () => {
      const server = await serverFor((_, response) => response.writeHead(401).end());
      const client = clientFor();

      for (let poll = 0; poll < 3; poll++) {
        expect(await errorOf(client.observe(imageAt(server)))).toMatchObject({ code: 'unauthorized' });
      }

      expect(server.requests.map((request) => request.split(' ')[0])).toEqual(['HEAD', 'GET', 'GET', 'GET']);
    });
  });

  it('a digest is read by GET where HEAD is known to be refused', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject(refusing(404));
    await client.observe(imageAt(registry));

    expect(await client.observe(imageAt(registry, `ops/myapp@${digest}`))).toEqual({ digest });
  });

  it('a GET uses the same credentials', async () => {
    const registry = await registryFor({ auth: { type: 'bearer', users: { dev: 'right' } } });
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const credentials = [{ type: 'basic' as const, username: 'dev', password: 'right' }];
    await client.observe(imageAt(registry), { credentials });
    registry.faults.inject(refusing(403));

    expect(await client.observe(imageAt(registry), { credentials })).toEqual({ digest });
    expect(registry.tokensIssued).toBe(1);
  });
});

describe('a registry that serves HEAD', () => {
  it.each([404, 403])('a tag that a GET answers with %s too costs one request each time', async (status) => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const remove = registry.faults.inject({ fault: { type: 'status', status } });

    for (let poll = 0; poll < 3; poll++) await errorOf(client.observe(imageAt(registry)));
    remove();
    const found = [await client.observe(imageAt(registry)), await client.observe(imageAt(registry))];

    expect(found).toEqual([{ digest }, { digest }]);
    expect(lines(registry)).toEqual([
      `${head} ${status}`,
      `${get} ${status}`,
      `${get} ${status}`,
      `${get} ${status}`,
      `${get} 200`,
      `${head} 200`,
    ]);
  });

  it.each([
    { status: 429, headers: {} },
    { status: 503, headers: { 'retry-after': '5' } },
  ])('no GET follows a HEAD that is answered $status with $headers', async ({ status, headers }) => {
    const registry = await registryFor();
    registry.faults.inject(refusing(status, headers));

    await errorOf(clientFor().observe(imageAt(registry)));

    expect(registry.requests).toHaveLength(1);
  });

  it('no GET follows a HEAD for a digest that is gone', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const gone = imageAt(registry, `ops/myapp@sha256:${'4'.repeat(64)}`);

    for (let poll = 0; poll < 2; poll++) await errorOf(client.observe(gone));

    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it('no GET follows a HEAD for a missing tag where manifests are counted', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const headers = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' };
    registry.faults.inject({ fault: { type: 'status', status: 404, headers } });

    for (let poll = 0; poll < 3; poll++) await errorOf(client.observe(imageAt(registry)));

    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD']);
  });
});

it('a GET reads the tag from a mirror that refuses HEAD where the registry does not answer', async () => {
  const mirror = await registryFor();
  const { digest } = await pushImage(mirror, 'ops/myapp', 'latest');
  mirror.faults.inject(refusing(404));
  const host = '127.0.0.1:1';
  const registries = readRegistries(JSON.stringify({ mirrors: { [host]: { endpoint: [mirror.url] } } }));
  const clock = new Clock();
  const client = clientFor({ registries, now: clock.now });

  const first = await errorOf(client.observe(imageAt({ host })));

  expect(first.code).toBe('unavailable');
  expect(await client.observe(imageAt({ host }))).toEqual({ digest });
});
