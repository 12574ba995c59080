import type { RegistryAuth, RegistryServer } from '@keelson/simulator';
import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import type { RegistryClient } from '../src/index.ts';
import { Clock, clientFor, errorOf, imageAt, lines, registryFor } from './kit.ts';

const credentials = [{ type: 'basic' as const, username: 'dev', password: 'right' }];
const users = { dev: 'right' };
const head = 'HEAD /v2/ops/myapp/manifests/latest';

/** A registry that has `ops/myapp:latest`, and a client, by one clock. */
async function underOneClock(
  auth: RegistryAuth,
): Promise<{ clock: Clock; registry: RegistryServer; client: RegistryClient }> {
  const clock = new Clock();
  const registry = await registryFor({ auth, now: clock.now });
  const client = clientFor({ now: clock.now });
  await pushImage(registry, 'ops/myapp', 'latest');
  return { clock, registry, client };
}

describe('at rest (law 10)', () => {
  it('a check sends one HEAD and no token request while the token lives (law 10)', async () => {
    const { clock, registry, client } = await underOneClock({ type: 'bearer', users, expiresIn: 300 });

    await client.observe(imageAt(registry), { credentials });
    const first = lines(registry);
    registry.requests.length = 0;
    for (let poll = 0; poll < 4; poll++) {
      clock.ms += 60_000;
      await client.observe(imageAt(registry), { credentials });
    }

    expect(first).toEqual([`${head} 401`, 'GET /token 200', `${head} 200`]);
    expect(lines(registry)).toEqual(Array(4).fill(`${head} 200`));
    expect(registry.tokensIssued).toBe(1);
  });

  it('the next token is requested once a lifetime, before the request that needs it', async () => {
    const { clock, registry, client } = await underOneClock({ type: 'bearer', users, expiresIn: 300 });
    await client.observe(imageAt(registry), { credentials });
    registry.requests.length = 0;

    for (let poll = 0; poll < 50; poll++) {
      clock.ms += 60_000;
      await client.observe(imageAt(registry), { credentials });
    }

    expect(registry.requests.filter(({ status }) => status === 401)).toEqual([]);
    expect(registry.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(50);
    // 50 minutes of tokens that serve for at least four polls each.
    expect(registry.tokensIssued).toBeLessThanOrEqual(1 + Math.ceil(50 / 4));
  });

  it('a token without a lifetime lives 60 s', async () => {
    const { clock, registry, client } = await underOneClock({ type: 'bearer', expiresIn: 'unsaid' });

    await client.observe(imageAt(registry));
    clock.ms += 50_000;
    await client.observe(imageAt(registry));
    const within = registry.tokensIssued;
    clock.ms += 10_000;
    await client.observe(imageAt(registry));

    expect([within, registry.tokensIssued]).toEqual([1, 2]);
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(1);
  });

  it.each([
    { name: 'Basic', auth: { type: 'basic' as const, users } },
    { name: 'no authentication', auth: { type: 'none' as const } },
  ])('a check sends one HEAD with $name', async ({ auth }) => {
    const registry = await registryFor({ auth });
    const client = clientFor();
    await pushImage(registry, 'ops/myapp', 'latest');
    await client.observe(imageAt(registry), { credentials });
    registry.requests.length = 0;

    for (let poll = 0; poll < 3; poll++) await client.observe(imageAt(registry), { credentials });

    expect(lines(registry)).toEqual(Array(3).fill(`${head} 200`));
  });

  it('the credential that was accepted last goes first', async () => {
    const registry = await registryFor({ auth: { type: 'bearer', users } });
    const client = clientFor();
    await pushImage(registry, 'ops/myapp', 'latest');
    const several = [{ type: 'basic' as const, username: 'dev', password: 'old' }, ...credentials];
    await client.observe(imageAt(registry), { credentials: several });
    registry.requests.length = 0;

    await client.observe(imageAt(registry), { credentials: several });

    expect(lines(registry)).toEqual([`${head} 200`]);
  });
});

it('a second repository of a known host costs no 401', async () => {
  const registry = await registryFor({ auth: { type: 'bearer' } });
  const client = clientFor();
  for (const name of ['ops/myapp', 'ops/other']) await pushImage(registry, name, 'latest');
  await client.observe(imageAt(registry));
  registry.requests.length = 0;

  await client.observe(imageAt(registry, 'ops/other:latest'));

  expect(lines(registry)).toEqual(['GET /token 200', 'HEAD /v2/ops/other/manifests/latest 200']);
});

it('requests at the same time share one token', async () => {
  const registry = await registryFor({ auth: { type: 'bearer' } });
  const client = clientFor();
  await pushImage(registry, 'ops/myapp', 'latest');
  registry.faults.inject({ path: '/token', fault: { type: 'delay', ms: 100 } });

  await Promise.all(Array.from({ length: 10 }, () => client.observe(imageAt(registry))));

  expect(registry.tokensIssued).toBe(1);
});

it('other requests get the token when the first one gives up', async () => {
  const registry = await registryFor({ auth: { type: 'bearer' } });
  const client = clientFor();
  await pushImage(registry, 'ops/myapp', 'latest');
  await client.observe(imageAt(registry, 'ops/myapp:latest'));
  const { digest } = await pushImage(registry, 'ops/other', 'latest');
  registry.requests.length = 0;
  registry.faults.inject({ path: '/token', fault: { type: 'delay', ms: 150 } });
  const leaving = new AbortController();

  const first = errorOf(client.observe(imageAt(registry, 'ops/other:latest'), { signal: leaving.signal }));
  const second = client.observe(imageAt(registry, 'ops/other:latest'));
  await expect.poll(() => registry.requests.length).toBe(1);
  leaving.abort();

  expect((await first).code).toBe('timeout');
  expect((await second).digest).toBe(digest);
  expect(registry.requests.filter(({ path }) => path === '/token')).toHaveLength(1);
});

it('a token that is refused early is replaced by a new one', async () => {
  const { registry, client } = await underOneClock({ type: 'bearer', expiresIn: 300 });
  await client.observe(imageAt(registry));
  registry.requests.length = 0;
  const challenge = `Bearer realm="${registry.url}/token",service="keelson-test",scope="repository:ops/myapp:pull"`;
  const refusal = { type: 'status', status: 401, headers: { 'www-authenticate': challenge } } as const;
  registry.faults.inject({ method: 'HEAD', times: 1, fault: refusal });

  await client.observe(imageAt(registry));

  expect(lines(registry)).toEqual([`${head} 401`, 'GET /token 200', `${head} 200`]);
});

it('the client stops where every token is refused', async () => {
  const registry = await registryFor({ auth: { type: 'bearer', allow: () => false } });
  const client = clientFor();
  await pushImage(registry, 'ops/myapp', 'latest');

  const errors = [await errorOf(client.observe(imageAt(registry))), await errorOf(client.observe(imageAt(registry)))];

  expect(errors.map(({ code }) => code)).toEqual(['unauthorized', 'unauthorized']);
  expect(registry.requests.length).toBeLessThanOrEqual(6);
});

it('an identity token gets a token by the OAuth2 form', async () => {
  const registry = await registryFor({ auth: { type: 'bearer', users, identityTokens: ['refresh-me'] } });
  const client = clientFor();
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');

  const observed = await client.observe(imageAt(registry), {
    credentials: [{ type: 'identity-token', token: 'refresh-me' }],
  });

  expect(observed.digest).toBe(digest);
  expect(lines(registry)).toContain('POST /token 200');
  expect(registry.requests.map(({ path, query }) => path + query).join()).not.toContain('refresh-me');
});

it('one credential does not get the access of another', async () => {
  const allow = (user: string | undefined): boolean => user === 'dev';
  const registry = await registryFor({ auth: { type: 'bearer', users: { ...users, guest: 'right' }, allow } });
  const client = clientFor();
  await pushImage(registry, 'ops/myapp', 'latest');
  await client.observe(imageAt(registry), { credentials });

  const guest = [{ type: 'basic' as const, username: 'guest', password: 'right' }];
  const error = await errorOf(client.observe(imageAt(registry), { credentials: guest }));

  expect(error.code).toBe('unauthorized');
});

it('the client finds a moved realm', async () => {
  const clock = new Clock();
  const elsewhere = await registryFor({ auth: { type: 'bearer' }, now: clock.now });
  const registry = await registryFor({ auth: { type: 'bearer' }, now: clock.now });
  const client = clientFor({ now: clock.now });
  await pushImage(registry, 'ops/myapp', 'latest');
  const challenge = `Bearer realm="${elsewhere.url}/token",service="keelson-test"`;
  const moved = { type: 'status', status: 401, headers: { 'www-authenticate': challenge } } as const;
  const remove = registry.faults.inject({ method: 'HEAD', fault: moved });
  await errorOf(client.observe(imageAt(registry)));
  remove();
  await elsewhere.stop();

  clock.ms += 400_000;
  await errorOf(client.observe(imageAt(registry)));
  clock.ms += 400_000;
  const observed = await client.observe(imageAt(registry));

  expect(observed.digest).toMatch(/^sha256:/);
});

it.each([
  { name: 'a realm', details: 'incorrect username or password', says: ': incorrect username or password.' },
  { name: 'a realm that repeats the password', details: 'not hunter2!', says: ': not [secret]!.' },
  { name: 'a realm that says nothing', details: undefined, says: '(401).' },
])('the error has what $name said about the credential', async ({ details, says }) => {
  const registry = await registryFor({ auth: { type: 'bearer', users } });
  const body = JSON.stringify({ details });
  registry.faults.inject({ path: '/token', fault: { type: 'status', status: 401, body } });
  const wrong = [{ type: 'basic' as const, username: 'dev', password: 'hunter2' }];

  const error = await errorOf(clientFor().observe(imageAt(registry), { credentials: wrong }));

  expect(error.code).toBe('unauthorized');
  expect(error.message).toContain(`the only credential was refused (401)${says.replace(/^\(401\)/, '')}`);
});

it('the next credential is tried where the registry hides its images from the first one', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right', stranger: 'right' } } });
  const client = clientFor();
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  const stranger = { type: 'basic' as const, username: 'stranger', password: 'right' };
  const call = { credentials: [stranger, ...credentials] };
  // A first request learns how this host authenticates.
  await errorOf(client.observe(imageAt(registry, 'ops/other:latest'), call));
  registry.requests.length = 0;
  registry.faults.inject({ times: 1, fault: { type: 'status', status: 404 } });

  const observed = await client.observe(imageAt(registry), call);
  await client.observe(imageAt(registry), call);
  const sentBy = registry.requests.map(
    ({ headers }) =>
      Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64')
        .toString()
        .split(':')[0],
  );

  expect(observed).toEqual({ digest });
  expect(sentBy).toEqual(['stranger', 'dev', 'dev']);
});

it('a tag that is missing for the credential that the repository was shown to costs one HEAD', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right', other: 'right' } } });
  const client = clientFor();
  await pushImage(registry, 'ops/myapp', 'latest');
  const call = { credentials: [...credentials, { type: 'basic' as const, username: 'other', password: 'right' }] };
  await client.observe(imageAt(registry), call);
  registry.requests.length = 0;

  await errorOf(client.observe(imageAt(registry, 'ops/myapp:none'), call));

  expect(registry.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(1);
});
