import { afterEach, describe, expect, it } from 'vitest';
import { pushImage } from './push-image.ts';
import { startRegistry } from './start-registry.ts';
import type { RegistryOptions, RegistryServer } from './types.ts';

let registry: RegistryServer;
afterEach(() => registry.stop());

async function open(options: RegistryOptions): Promise<string> {
  registry = await startRegistry(options);
  await pushImage(registry, 'ops/myapp', 'latest');
  return `${registry.url}/v2/ops/myapp/manifests/latest`;
}

async function token(query: string, authorization?: string): Promise<{ token: string; expires_in?: number }> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${registry.url}/token?${query}`, { headers });
  return JSON.parse(await response.text());
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('basic', () => {
  it.each([
    { authorization: basic('dev:right'), status: 200 },
    { authorization: basic('dev:wrong'), status: 401 },
    { authorization: basic('toString:x'), status: 401 },
    { authorization: 'nonsense', status: 401 },
  ])(
    'a registry with basic authentication replies to $authorization with $status',
    async ({ authorization, status }) => {
      const url = await open({ auth: { type: 'basic', users: { dev: 'right' } } });

      const response = await fetch(url, { headers: { authorization } });

      expect(response.status).toBe(status);
      expect(response.headers.has('www-authenticate')).toBe(status === 401);
    },
  );
});

describe('bearer', () => {
  const scope = 'service=keelson-test&scope=repository:ops/myapp:pull';

  it('a registry with token authentication sends a challenge with realm, service and scope', async () => {
    const response = await fetch(await open({ auth: { type: 'bearer' } }));

    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="${registry.url}/token",service="keelson-test",scope="repository:ops/myapp:pull"`,
    );
  });

  it('a registry accepts a token of the scope, and counts it', async () => {
    const url = await open({ auth: { type: 'bearer', expiresIn: 120 } });

    const answer = await token(scope);
    const response = await fetch(url, { headers: { authorization: `Bearer ${answer.token}` } });

    expect(answer.expires_in).toBe(120);
    expect(response.status).toBe(200);
    expect(registry.tokensIssued).toBe(1);
  });

  it('a registry refuses a token of another scope', async () => {
    const url = await open({ auth: { type: 'bearer' } });

    const { token: other } = await token('scope=repository:ops/other:pull');
    const response = await fetch(url, { headers: { authorization: `Bearer ${other}` } });

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });

  it('a registry refuses an expired token', async () => {
    let now = 1_000_000;
    const url = await open({ auth: { type: 'bearer', expiresIn: 'unsaid' }, now: () => now });
    const answer = await token(scope);
    const ask = async (): Promise<number> =>
      (await fetch(url, { headers: { authorization: `Bearer ${answer.token}` } })).status;

    now += 59_000;
    const before = await ask();
    now += 1_000;
    const after = await ask();

    expect(answer.expires_in).toBeUndefined();
    expect([before, after]).toEqual([200, 401]);
  });

  it('a registry gives tokens to known users and refresh tokens only', async () => {
    await open({ auth: { type: 'bearer', users: { dev: 'right' }, identityTokens: ['refresh-me'] } });
    const form = (refresh: string): Promise<Response> =>
      fetch(`${registry.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh }),
      });

    const statuses = [
      (await fetch(`${registry.url}/token?${scope}`)).status,
      (await fetch(`${registry.url}/token?${scope}`, { headers: { authorization: basic('dev:wrong') } })).status,
      (await fetch(`${registry.url}/token?${scope}`, { headers: { authorization: basic('dev:right') } })).status,
      (await form('unknown')).status,
      (await form('refresh-me')).status,
    ];

    expect(statuses).toEqual([401, 401, 200, 401, 200]);
  });

  it('a registry accepts pushes of authenticated clients', async () => {
    await open({ auth: { type: 'bearer', users: { dev: 'right' } } });
    const credentials = { username: 'dev', password: 'right' };

    await pushImage({ url: registry.url, credentials }, 'ops/pushed', 'v1');

    await expect(pushImage(registry.url, 'ops/pushed', 'v2')).rejects.toThrow('401');
  });
});
