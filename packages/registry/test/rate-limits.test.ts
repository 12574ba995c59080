import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { Clock, clientFor, errorOf, imageAt, lines, registryFor } from './kit.ts';

describe('429 (law 10)', () => {
  it.each([
    { retryAfter: '30', ms: 30_000 },
    { retryAfter: 'Thu, 01 Jan 2026 00:00:45 GMT', ms: 45_000 },
    { retryAfter: 'Thursday, 01-Jan-26 00:00:45 GMT', ms: 45_000 },
    { retryAfter: 'Thu Jan  1 00:00:45 2026', ms: 45_000 },
    { retryAfter: 'nonsense', ms: 1_000 },
  ])('429 with Retry-After $retryAfter pauses the host for $ms ms', async ({ retryAfter, ms }) => {
    const clock = new Clock();
    const now = new Date(clock.ms).toUTCString();
    const registry = await registryFor();
    const client = clientFor({ now: clock.now });
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const tooMany = { type: 'status', status: 429, headers: { 'retry-after': retryAfter, date: now } } as const;
    registry.faults.inject({ times: 1, fault: tooMany });
    const start = clock.ms;

    const limited = await errorOf(client.observe(imageAt(registry)));
    clock.ms = start + ms - 1;
    const paused = await errorOf(client.observe(imageAt(registry)));
    const sent = registry.requests.length;
    clock.ms = start + ms;
    const observed = await client.observe(imageAt(registry));

    expect(limited).toMatchObject({ code: 'rate-limited', retryable: true, retryAt: start + ms, host: registry.host });
    expect(paused).toMatchObject({ code: 'paused', retryable: true, retryAt: start + ms });
    expect(paused.message).toContain(new Date(start + ms).toISOString());
    expect(sent).toBe(1);
    expect(observed.digest).toBe(digest);
  });

  it('429 pauses that host only', async () => {
    const [limited, other] = [await registryFor(), await registryFor()];
    const client = clientFor({ now: new Clock().now });
    for (const registry of [limited, other]) await pushImage(registry, 'ops/myapp', 'latest');
    limited.faults.inject({ fault: { type: 'status', status: 429, headers: { 'retry-after': '60' } } });

    await errorOf(client.observe(imageAt(limited)));
    const again = await errorOf(client.observe(imageAt(limited, 'ops/another:latest')));
    const observed = await client.observe(imageAt(other));

    expect(again.code).toBe('paused');
    expect(limited.requests).toHaveLength(1);
    expect(observed.digest).toMatch(/^sha256:/);
  });

  it('429 of the token server pauses the registry that needs it', async () => {
    const clock = new Clock();
    const registry = await registryFor({ auth: { type: 'bearer' } });
    const client = clientFor({ now: clock.now });
    registry.faults.inject({ path: '/token', fault: { type: 'status', status: 429, headers: { 'retry-after': '9' } } });

    const error = await errorOf(client.observe(imageAt(registry)));

    expect(error).toMatchObject({ code: 'rate-limited', host: registry.host, retryAt: clock.ms + 9_000 });
    expect(error.message).toContain('a token from');
  });
});

describe('a failing host', () => {
  it('a failing host has doubled pauses and one probe until it answers', async () => {
    const clock = new Clock();
    const registry = await registryFor();
    const client = clientFor({ now: clock.now });
    await pushImage(registry, 'ops/myapp', 'latest');
    const remove = registry.faults.inject({ fault: { type: 'status', status: 503 } });
    const waits: number[] = [];

    for (let outage = 0; outage < 8; outage++) {
      const { code, retryAt = 0 } = await errorOf(client.observe(imageAt(registry)));
      expect(code).toBe('unavailable');
      waits.push(retryAt - clock.ms);
      clock.ms = retryAt;
    }
    remove();
    registry.faults.inject({ times: 1, fault: { type: 'delay', ms: 50 } });
    const probes = await Promise.allSettled([1, 2, 3].map(() => client.observe(imageAt(registry))));
    const everybody = await Promise.allSettled([1, 2, 3].map(() => client.observe(imageAt(registry))));

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(probes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(everybody.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  });

  it.each([
    { name: 'nothing listening', fault: undefined, code: 'unavailable', says: 'connection refused' },
    { name: 'a cut connection', fault: { type: 'reset' } as const, code: 'unavailable', says: 'was cut' },
    {
      name: 'silence',
      fault: { type: 'hang' } as const,
      deadlines: { headersMs: 150 },
      code: 'timeout',
      says: 'no response within 0.15 s',
    },
  ])('$name pauses the host', async ({ fault, deadlines, code, says }) => {
    const clock = new Clock();
    const registry = await registryFor();
    const client = clientFor({ now: clock.now, ...(deadlines && { deadlines }) });
    const image = fault === undefined ? imageAt({ host: '127.0.0.1:1' }) : imageAt(registry);
    if (fault !== undefined) registry.faults.inject({ fault });

    const error = await errorOf(client.observe(image));
    const next = await errorOf(client.observe(image));

    expect(error).toMatchObject({ code, retryable: true, retryAt: clock.ms + 1_000 });
    expect(error.message).toContain(says);
    expect(next.code).toBe('paused');
  });

  it('404 and 401 pause no host', async () => {
    const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right' } } });
    const client = clientFor();
    const credentials = [{ type: 'basic' as const, username: 'dev', password: 'right' }];

    const missing = [];
    const refused = [];
    for (let call = 0; call < 3; call++) {
      refused.push((await errorOf(client.observe(imageAt(registry)))).code);
      missing.push((await errorOf(client.observe(imageAt(registry), { credentials }))).code);
    }

    expect(refused).toEqual(Array(3).fill('unauthorized'));
    expect(missing).toEqual(Array(3).fill('not-found'));
  });

  it('a caller that gives up pauses no host', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ times: 1, fault: { type: 'hang' } });
    const controller = new AbortController();

    const call = errorOf(client.observe(imageAt(registry), { signal: controller.signal }));
    await expect.poll(() => registry.requests.length).toBe(1);
    controller.abort(new Error('the job is over'));
    const error = await call;
    const observed = await client.observe(imageAt(registry));

    expect(error).toMatchObject({ code: 'timeout', cause: { message: 'the job is over' } });
    expect(error.retryAt).toBeUndefined();
    expect(observed.digest).toBe(digest);
  });

  it('a connection that the server closed while it was idle is tried once more', async () => {
    const registry = await registryFor();
    const client = clientFor();
    await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ times: 1, fault: { type: 'reset' } });

    await client.observe(imageAt(registry));

    expect(lines(registry)).toEqual([
      'HEAD /v2/ops/myapp/manifests/latest -',
      'HEAD /v2/ops/myapp/manifests/latest 200',
    ]);
  });
});

describe('a hanging host', () => {
  it('a hanging host delays no other host, however many calls wait for it', async () => {
    const [hanging, well] = [await registryFor(), await registryFor()];
    // Only the closing of the client ends the calls that hang: nothing else could have let the others through.
    const client = clientFor({ deadlines: { headersMs: 3_600_000 } });
    const { digest } = await pushImage(well, 'ops/myapp', 'latest');
    hanging.faults.inject({ fault: { type: 'hang' } });

    const stuck = Array.from({ length: 100 }, (_, n) =>
      errorOf(client.observe(imageAt(hanging, `ops/app-${n}:latest`))),
    );
    await expect.poll(() => hanging.requests.length).toBe(16);
    const observed = await Promise.all(Array.from({ length: 100 }, () => client.observe(imageAt(well))));
    const sent = hanging.requests.length;
    await client.close();

    expect(new Set(observed.map((seen) => seen.digest))).toEqual(new Set([digest]));
    expect(sent).toBe(16);
    expect(new Set((await Promise.all(stuck)).map(({ retryable }) => retryable))).toEqual(new Set([true]));
  });

  it('a hanging host gets no request from waiting callers once it is paused', async () => {
    const registry = await registryFor();
    const client = clientFor({ perHostConcurrency: 2, deadlines: { headersMs: 150 } });
    registry.faults.inject({ fault: { type: 'hang' } });

    const calls = Array.from({ length: 10 }, (_, n) =>
      errorOf(client.observe(imageAt(registry, `ops/app-${n}:latest`))),
    );
    const codes = (await Promise.all(calls)).map(({ code }) => code);

    // Three repositories without an answer are a host without one; a fourth was on its way.
    expect(codes.filter((code) => code === 'timeout')).toHaveLength(4);
    expect(codes.filter((code) => code === 'paused')).toHaveLength(6);
    expect(registry.requests).toHaveLength(4);
  });
});

describe('an image without an answer', () => {
  const faults = [
    { name: 'hangs', fault: { type: 'hang' } as const },
    { name: 'is cut', fault: { type: 'reset' } as const },
    { name: 'is answered 500', fault: { type: 'status', status: 500 } as const },
  ];

  it.each(faults)('an image that $name is paused alone', async ({ fault }) => {
    const clock = new Clock();
    const registry = await registryFor();
    const client = clientFor({ now: clock.now, deadlines: { headersMs: 1_500 } });
    await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ path: 'ops/odd', fault });
    const waits: number[] = [];

    for (let poll = 0; poll < 4; poll++) {
      const { retryAt = 0 } = await errorOf(client.observe(imageAt(registry, 'ops/odd:latest')));
      const again = await errorOf(client.observe(imageAt(registry, 'ops/odd:latest')));
      expect(again.code).toBe('paused');
      await client.observe(imageAt(registry));
      waits.push(retryAt - clock.ms);
      clock.ms = retryAt;
    }

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('images that hang at the same time pause no host that answers another one', async () => {
    const registry = await registryFor();
    const client = clientFor({ deadlines: { headersMs: 5_000 } });
    await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ path: 'ops/odd', fault: { type: 'hang' } });

    const odd = Array.from({ length: 10 }, (_, n) => errorOf(client.observe(imageAt(registry, `ops/odd-${n}:latest`))));
    await expect.poll(() => registry.requests.length).toBe(10);
    await client.observe(imageAt(registry));
    const codes = (await Promise.all(odd)).map(({ code }) => code);

    expect(new Set(codes)).toEqual(new Set(['timeout']));
    expect((await client.observe(imageAt(registry))).digest).toMatch(/^sha256:/);
  });

  it('requests for one image that hangs leave room for others', async () => {
    const registry = await registryFor();
    const client = clientFor({ deadlines: { headersMs: 3_600_000 } });
    await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ path: 'ops/odd', fault: { type: 'hang' } });

    const stuck = Array.from({ length: 100 }, () => errorOf(client.observe(imageAt(registry, 'ops/odd:latest'))));
    await expect.poll(() => registry.requests.length).toBe(4);
    const observed = await client.observe(imageAt(registry));
    await client.close();

    expect(observed.digest).toMatch(/^sha256:/);
    expect((await Promise.all(stuck)).every(({ retryable }) => retryable)).toBe(true);
  });
});

it('one host gets no more requests at the same time than its limit', async () => {
  const registry = await registryFor();
  const client = clientFor({ perHostConcurrency: 3 });
  await pushImage(registry, 'ops/myapp', 'latest');
  registry.faults.inject({ fault: { type: 'delay', ms: 20 } });
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, registry.requests.filter(({ status }) => status === undefined).length);
  }, 1);

  await Promise.all(Array.from({ length: 12 }, () => client.observe(imageAt(registry))));
  clearInterval(watch);

  expect(registry.requests).toHaveLength(12);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(3);
});
