import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const token = 'the-api-token~!';
const webhookToken = 'the-webhook-token';
const webhook = { method: 'POST', body: '{"events":[]}' };
const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });

describe('access with tokens', () => {
  it.each([
    ['/api/v1/workloads', {}, 401],
    ['/api/v1/workloads', bearer(token), 200],
    ['/api/v1/workloads', { Authorization: `bearer ${token}` }, 200],
    ['/api/v1/workloads', bearer(webhookToken), 401],
    ['/api/v1/workloads', bearer(`${token}x`), 401],
    ['/api/v1/workloads', bearer(''), 401],
    ['/api/v1/workloads', { Authorization: token }, 401],
    ['/api/v1/workloads', { Authorization: `Basic ${btoa(`x:${token}`)}` }, 401],
    [`/api/v1/workloads?token=${token}`, {}, 401],
    ['/api/v1/nothing-here', {}, 401],
    ['/metrics', {}, 401],
    ['/metrics', bearer(token), 200],
    ['/healthz', {}, 200],
    ['/readyz', {}, 200],
    ['/openapi.json', {}, 200],
    ['/', {}, 200],
  ])('GET %s with %j answers %i', async (path, headers, status) => {
    const answer = await fixture.api({ token, webhookToken, loopback: false }).request(path, { headers });

    expect(answer.status).toBe(status);
  });

  it.each([
    ['none', {}, 'Bearer realm="keelson"'],
    ['a wrong one', bearer('wrong'), 'Bearer realm="keelson", error="invalid_token"'],
    ['no Bearer', { Authorization: token }, 'Bearer realm="keelson", error="invalid_token"'],
  ])('a 401 has a challenge when there is %s', async (_, headers, challenge) => {
    const answer = await fixture.api({ token }).request('/api/v1/workloads', { headers });

    expect(answer.headers.get('WWW-Authenticate')).toBe(challenge);
    expect(await answer.json()).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  it.each([
    [{ token, webhookToken }, {}, 401],
    [{ token, webhookToken }, bearer(webhookToken), 202],
    [{ token, webhookToken }, bearer(token), 202],
    [{ token, webhookToken }, bearer('other'), 401],
    [{ token }, {}, 401],
    [{ token }, bearer(token), 202],
    [{ webhookToken }, {}, 401],
    [{ webhookToken }, bearer(webhookToken), 202],
    [{}, {}, 202],
  ])('POST /webhooks/registry of an API with %j and %j answers %i', async (tokens, headers, status) => {
    const answer = await fixture.api(tokens).request('/webhooks/registry', { ...webhook, headers });

    expect(answer.status).toBe(status);
  });

  it('access with a token does not depend on the Host', async () => {
    const headers = { ...bearer(token), Host: 'keelson.example.com', 'Sec-Fetch-Site': 'cross-site' };
    const answer = await fixture.api({ token, loopback: false }).request('/api/v1/workloads', { headers });

    expect(answer.status).toBe(200);
  });
});

describe('access without a token', () => {
  it('createApi refuses an address that other machines reach', () => {
    expect(() => fixture.api({ loopback: false })).toThrow(/KEELSON_TOKEN/);
    expect(() => fixture.api({ loopback: false, webhookToken })).toThrow(/KEELSON_TOKEN/);
    expect(() => fixture.api({ token: '' })).toThrow(/empty/);
  });

  it.each([
    ['localhost', 200],
    ['LOCALHOST:8080', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
    ['127.0.0.2:8080', 200],
    ['[::2]:8080', 403],
    ['0.0.0.0:8080', 403],
    ['evil.example.com', 403],
    ['localhost.evil.example.com', 403],
    ['127.0.0.1.evil.example.com:8080', 403],
    ['localhost@evil.example.com', 403],
    ['evil.example.com#localhost', 403],
    ['10.0.0.1', 403],
    ['', 403],
  ])('a request to the host name %j answers %i', async (host, status) => {
    const app = fixture.api();
    const answer = await app.request('/api/v1/workloads', { headers: { Host: host } });

    expect(answer.status).toBe(status);
    expect((await app.request('/healthz', { headers: { Host: host } })).status).toBe(200);
  });

  it.each([
    ['Forwarded', 'for=192.0.2.7'],
    ['Via', '1.1 proxy'],
    ['X-Real-IP', '192.0.2.7'],
    ['X-Forwarded-For', '192.0.2.7'],
    ['x-forwarded-proto', 'https'],
    ['X-Forwarded', ''],
    ['X-Original-URI', '/'],
    ['X-Envoy-External-Address', '192.0.2.7'],
    ['X-Client-IP', '192.0.2.7'],
    ['X-ProxyUser-Ip', '192.0.2.7'],
    ['True-Client-IP', '192.0.2.7'],
    ['CF-Connecting-IP', '192.0.2.7'],
    ['Tailscale-User-Login', 'somebody'],
    ['Z-Forwarded-For', '192.0.2.7'],
    ['X-Forward-For', '192.0.2.7'],
    ['DO-Connecting-IP', '192.0.2.7'],
    ['Remote-Groups', 'admins'],
    ['X-Authentik-Username', 'somebody'],
    ['X-Kong-Request-Id', '7'],
    ['CloudFront-Viewer-Address', '192.0.2.7'],
    ['Proxy-Connection', 'keep-alive'],
    ['SSL-Client-Cert', 'x'],
  ])('a request with %s is refused, whatever its Host, but for the probes (law 17)', async (name, value) => {
    const headers = { Host: 'localhost', [name]: value };
    const app = fixture.api();
    const answers = await Promise.all([
      app.request('/api/v1/workloads', { headers }),
      app.request('/', { headers }),
      app.request('/webhooks/registry', { ...webhook, headers }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await answers[0]?.json()).toMatchObject({
      code: 'proxied',
      detail: expect.stringMatching(new RegExp(`${name}.*set KEELSON_TOKEN`, 'i')),
    });
    expect((await app.request('/healthz', { headers })).status).toBe(200);
    const withToken = { headers: { ...headers, ...bearer(token) } };
    expect((await fixture.api({ token }).request('/api/v1/workloads', withToken)).status).toBe(200);
  });

  it.each(['Traceparent', 'X-Request-Id', 'X-Prometheus-Scrape-Timeout-Seconds', 'X-Gitlab-Event', 'X-Requested-With'])(
    'a request with %s, which clients send themselves, is answered',
    async (name) => {
      const answer = await fixture.api().request('/api/v1/workloads', { headers: { Host: 'localhost', [name]: 'x' } });

      expect(answer.status).toBe(200);
    },
  );

  it.each([
    [{}, 202],
    [{ 'Sec-Fetch-Site': 'none' }, 202],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'http://localhost:8080' }, 202],
    [{ Origin: 'http://localhost:8080' }, 202],
    [{ Origin: 'http://localhost:3000' }, 403],
    [{ Origin: 'https://evil.example.com' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  ])('a POST from a page with %j answers %i', async (headers, status) => {
    const answer = await fixture.api().request('/webhooks/registry', {
      ...webhook,
      headers: { Host: 'localhost:8080', 'Content-Type': 'text/plain', ...headers },
    });

    expect(answer.status).toBe(status);
  });
});

describe('law 12: secrets stay secret', () => {
  it('no log line, response or metric shows a token (law 12)', async () => {
    const app = fixture.api({ token, webhookToken, loopback: false });
    const attempts = [token, webhookToken, 'guessed-secret'];
    const answers: string[] = [];
    for (const value of attempts) {
      for (const path of [
        '/api/v1/workloads',
        '/api/v1/rollouts?cursor=!',
        `/api/v1/workloads?token=${value}`,
        '/metrics',
        '/openapi.json',
      ]) {
        const answer = await app.request(path, { headers: bearer(value) });
        answers.push(await answer.text(), JSON.stringify([...answer.headers]));
      }
      const answer = await app.request('/webhooks/registry', { ...webhook, body: '{', headers: bearer(value) });
      answers.push(await answer.text(), JSON.stringify([...answer.headers]));
    }
    const throwing = fixture.api({ token, requestCheck: () => Promise.reject(new Error('no')) });
    answers.push(
      await (
        await throwing.request('/api/v1/workloads/a/deployment/b/check', { method: 'POST', headers: bearer(token) })
      ).text(),
    );

    expect(fixture.log.text).toContain('"request"');
    for (const secret of attempts) {
      expect(fixture.log.text).not.toContain(secret);
      expect(answers.join('\n')).not.toContain(secret);
    }
  });
});
