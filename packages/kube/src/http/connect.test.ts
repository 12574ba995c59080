import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FakeApi, Responder } from '../../test/support/fake-api.ts';
import { json, kubeconfigFor, startFakeApi, status } from '../../test/support/fake-api.ts';
import { connect } from './connect.ts';
import { KubeError } from './kube-error.ts';
import type { KubeHttp, KubeRequest } from './request.ts';

const path = '/apis/apps/v1/namespaces/shop/deployments/web';

async function api(respond: Responder): Promise<FakeApi> {
  const server = await startFakeApi(respond);
  onTestFinished(() => server.stop());
  return server;
}

async function client(options: Parameters<typeof connect>[0]): Promise<KubeHttp> {
  const http = await connect(options);
  onTestFinished(() => http.close());
  return http;
}

async function failure(http: KubeHttp, request: KubeRequest): Promise<KubeError> {
  const error = await http.request(request).catch((reason: unknown) => reason);
  if (error instanceof KubeError) return error;
  throw new Error('no KubeError', { cause: error });
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'keelson-kube-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

describe('requests', () => {
  it('sends requests over plain HTTP with token, query and body', async () => {
    const server = await api((_request, response) => json(response, 200, { ok: true }));
    const http = await client({ kubeconfigText: server.kubeconfig });

    const query = { fieldManager: 'keelson', force: true, absent: undefined };
    const contentType = 'application/json-patch+json';
    const answer = await http.request({ method: 'PATCH', path, query, contentType, body: [{ op: 'test' }] });

    expect(answer).toEqual({ ok: true });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'PATCH', path, body: '[{"op":"test"}]' });
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: 'keelson', force: 'true' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer a-token',
      'content-type': 'application/json-patch+json',
      'user-agent': 'keelson',
    });
  });

  it('shares connections between requests', async () => {
    const ports = new Set<number | undefined>();
    const server = await api((_request, response) => {
      ports.add(response.socket?.remotePort);
      json(response, 200, {});
    });
    const http = await client({ kubeconfigText: server.kubeconfig });

    for (let i = 0; i < 20; i += 1) await http.request({ path });

    expect(ports.size).toBeLessThan(5);
  });

  it('sends requests below the path of the server', async () => {
    const server = await api((_request, response) => json(response, 200, {}));
    const http = await client({ kubeconfigText: kubeconfigFor(`${server.url}/k8s/clusters/one/`) });

    await http.request({ path });

    expect(server.requests[0]?.path).toBe(`/k8s/clusters/one${path}`);
  });
});

describe('errors', () => {
  it.each([
    [400, 'BadRequest', 'invalid', false],
    [401, 'Unauthorized', 'unauthorized', false],
    [403, 'Forbidden', 'forbidden', false],
    [404, 'NotFound', 'not-found', false],
    [409, 'Conflict', 'conflict', true],
    [410, 'Expired', 'gone', true],
    [415, 'UnsupportedMediaType', 'invalid', false],
    [422, 'Invalid', 'invalid', false],
    [429, 'TooManyRequests', 'rate-limited', true],
    [500, 'InternalError', 'unavailable', true],
    [503, 'ServiceUnavailable', 'unavailable', true],
    [504, 'Timeout', 'timeout', true],
    [302, 'Found', 'protocol', true],
  ])('reports a response %i %s as %s', async (code, reason, expected, retryable) => {
    const server = await api((_request, response) => json(response, code, status(code, reason, 'the reason why')));
    const http = await client({ kubeconfigText: server.kubeconfig });

    const error = await failure(http, { path });

    expect(error).toMatchObject({ code: expected, status: code, reason, retryable });
    expect(error.message).toContain('get deployments.apps "web" in namespace shop');
    expect(error.message).toContain('the reason why');
  });

  it('says in the error for a 403 what to grant', async () => {
    const server = await api((_request, response) => json(response, 403, status(403, 'Forbidden', 'not you')));
    const http = await client({ kubeconfigText: server.kubeconfig });

    const list = await failure(http, { path: '/apis/batch/v1/cronjobs', query: { limit: 500 } });
    const patch = await failure(http, { method: 'PATCH', path, body: [] });

    expect(list.message).toContain('Grant the verb "list" on cronjobs.batch in the whole cluster');
    expect(patch.message).toContain('Grant the verb "patch" on deployments.apps in namespace shop');
  });

  it.each([
    [403, 'Forbidden', 'admission webhook "validate.kyverno.svc-fail" denied the request: no digests', undefined],
    [
      422,
      'Invalid',
      `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`,
      { causes: [{ message: `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no` }] },
    ],
  ])('blames no missing right for a %s of admission control (law 16)', async (code, reason, said, details) => {
    const server = await api((_request, response) => json(response, code, status(code, reason, said, details)));
    const error = await failure(await client({ kubeconfigText: server.kubeconfig }), {
      method: 'PATCH',
      path,
      body: [],
    });

    expect(error.byAdmission).toBe(true);
    expect(error.message).toContain(said);
    expect(error.message).not.toContain('Grant');
  });

  it('keeps token and body out of every error (law 12)', async () => {
    const server = await api((_request, response) => json(response, 500, { authorization: 'Bearer a-token' }));
    const http = await client({ kubeconfigText: server.kubeconfig });

    const error = await failure(http, { method: 'PATCH', path, body: { password: 'hidden' } });

    const all = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(all).not.toContain('a-token');
    expect(all).not.toContain('hidden');
  });

  it('cuts a long message of the API server', async () => {
    const server = await api((_request, response) => json(response, 403, status(403, 'Forbidden', 'x'.repeat(5000))));
    const http = await client({ kubeconfigText: server.kubeconfig });

    expect((await failure(http, { path })).message.length).toBeLessThan(1000);
  });

  it.each([
    ['7', 7000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    // The rest is more than a minute, which is the most.
    ['86400', 60_000],
    ['9'.repeat(30), 60_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000],
  ])('reads Retry-After: %s', async (header, expected) => {
    const server = await api((_request, response) => json(response, 429, {}, { 'retry-after': header }));
    const http = await client({ kubeconfigText: server.kubeconfig });

    expect((await failure(http, { path })).retryAfterMs).toBe(expected);
  });

  it('reports a timeout when the response is late', async () => {
    const server = await api(() => undefined);
    const http = await client({ kubeconfigText: server.kubeconfig });

    expect(await failure(http, { path, deadlineMs: 50 })).toMatchObject({ code: 'timeout', retryable: true });
  });

  it('reports a server that cannot be reached', async () => {
    const http = await client({ kubeconfigText: kubeconfigFor('http://127.0.0.1:1') });

    const error = await failure(http, { path });

    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error.message).toContain('http://127.0.0.1:1 cannot be reached (ECONNREFUSED)');
  });

  it('reports a response that is not JSON', async () => {
    const server = await api((_request, response) => void response.end('<html>'));
    const http = await client({ kubeconfigText: server.kubeconfig });

    expect(await failure(http, { path })).toMatchObject({ code: 'protocol' });
  });

  it('throws the reason of the caller’s signal when that aborts', async () => {
    const server = await api(() => undefined);
    const http = await client({ kubeconfigText: server.kubeconfig });
    const giveUp = new AbortController();

    const pending = http.request({ path, signal: giveUp.signal });
    giveUp.abort(new Error('shutting down'));

    await expect(pending).rejects.toThrow('shutting down');
  });
});

describe('a broken connection', () => {
  it('retries a broken connection once for a read, and never for a write', async () => {
    let requests = 0;
    const server = await api((_request, response) => {
      requests += 1;
      if (requests === 2) return json(response, 200, { second: true });
      return void response.socket?.destroy();
    });
    const http = await client({ kubeconfigText: server.kubeconfig });

    expect(await http.request({ path })).toEqual({ second: true });
    await failure(http, { method: 'PATCH', path, body: [] });

    expect(requests).toBe(3);
  });
});

describe('credentials', () => {
  /** Takes one token only, which the test may change. */
  async function guarded(): Promise<{ readonly server: FakeApi; accept: string }> {
    const door = { accept: '' };
    const server = await api(({ headers }, response) => {
      const welcome = headers.authorization === `Bearer ${door.accept}`;
      return welcome ? json(response, 200, {}) : json(response, 401, status(401, 'Unauthorized', 'Unauthorized'));
    });
    return Object.assign(door, { server });
  }

  it('reads the token again from a rewritten kubeconfig', async () => {
    const guard = await guarded();
    const file = join(await folder(), 'config');
    await writeFile(file, kubeconfigFor(guard.server.url, { token: 'first' }));
    const http = await client({ kubeconfig: file });
    guard.accept = 'first';
    await http.request({ path });

    await writeFile(file, kubeconfigFor(guard.server.url, { token: 'second' }));
    guard.accept = 'second';

    expect(await http.request({ path })).toEqual({});
  });

  it('reads the token again from a token file, without its last newline', async () => {
    const guard = await guarded();
    const tokenFile = join(await folder(), 'token');
    await writeFile(tokenFile, 'first\n');
    const user = { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
    const http = await client({ kubeconfigText: kubeconfigFor(guard.server.url, user) });
    guard.accept = 'first';
    await http.request({ path });

    await writeFile(tokenFile, 'second\n');
    guard.accept = 'second';

    expect(await http.request({ path })).toEqual({});
  });

  it('takes credentials from an exec plugin', async () => {
    const guard = await guarded();
    guard.accept = 'from-a-plugin';
    const plugin = join(await folder(), 'plugin');
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'from-a-plugin' },
    };
    await writeFile(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
    await chmod(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    const http = await client({ kubeconfigText: kubeconfigFor(guard.server.url, { exec }) });

    expect(await http.request({ path })).toEqual({});
  });

  it('reports a failing exec plugin without its output', async () => {
    const guard = await guarded();
    const plugin = join(await folder(), 'plugin');
    await writeFile(plugin, '#!/bin/sh\necho a-secret >&2\nexit 1\n');
    await chmod(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin };
    const http = await client({ kubeconfigText: kubeconfigFor(guard.server.url, { exec }) });

    const error = await failure(http, { path });

    expect(error).toMatchObject({ code: 'no-config', retryable: false });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('a-secret');
  });

  it('gives up after one more request when credentials are refused', async () => {
    const guard = await guarded();
    guard.accept = 'never';
    const http = await client({ kubeconfigText: guard.server.kubeconfig });

    expect((await failure(http, { path })).code).toBe('unauthorized');
    expect(guard.server.requests).toHaveLength(2);
  });
});

describe('a configuration', () => {
  it.each([
    ['that is no YAML', 'users: [{token: very-secret', 'cannot be read'],
    [
      'whose context names no cluster',
      '{current-context: a, contexts: [{name: a, context: {cluster: b}}], clusters: []}',
      'no cluster for its context "a"',
    ],
  ])('reports a kubeconfig with %s without quoting it', async (_what, kubeconfigText, message) => {
    const error = await connect({ kubeconfigText }).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'no-config', retryable: false });
    expect(String(error)).toContain(message);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error ?? {}))).not.toContain('very-secret');
  });

  it('uses another context of the kubeconfig when it is named', async () => {
    const text = JSON.parse(kubeconfigFor('http://127.0.0.1:1'));
    text.clusters.push({ name: 'other', cluster: { server: 'http://127.0.0.1:2' } });
    text.contexts.push({ name: 'other', context: { cluster: 'other', user: 'test' } });

    expect((await client({ kubeconfigText: JSON.stringify(text), context: 'other' })).server).toBe(
      'http://127.0.0.1:2',
    );
  });
});
