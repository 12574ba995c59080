import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import { call, versionOf, wait, watch } from '../test-client.ts';

const collectionPath = '/api/v1/namespaces/default/configmaps';
let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0, bookmarkMs: 30 });
});
afterEach(() => cluster.faults.clear());
afterAll(() => cluster.stop());

const get = async (path = collectionPath) => (await call(cluster, 'GET', path)).status;
const make = (name: string) => call(cluster, 'POST', collectionPath, { metadata: { name } });

describe('faults', () => {
  it('a fault fails the configured number of matching requests, and no others', async () => {
    const fault = cluster.faults.fail({ method: 'GET', path: '/configmaps' }, { status: 503, times: 2 });

    expect([await get('/api/v1/pods'), await get(), await get(), await get()]).toEqual([200, 503, 503, 200]);
    expect(fault.hits).toBe(2);
  });

  it('a fault replies with a Status of the usual reason, or the given body', async () => {
    cluster.faults.fail({}, { status: 429, headers: { 'retry-after': '7' }, message: 'slow down', times: 1 });
    const headers = { authorization: `Bearer ${cluster.token}` };
    const limited = await fetch(cluster.server + collectionPath, { headers });
    cluster.faults.fail({}, { status: 502, body: '<html>', times: 1 });
    const broken = await fetch(cluster.server + collectionPath, { headers });

    expect(limited.headers.get('retry-after')).toBe('7');
    expect(await limited.json()).toMatchObject({ reason: 'TooManyRequests', message: 'slow down', code: 429 });
    expect(await broken.text()).toBe('<html>');
  });

  it('a failed write changes nothing', async () => {
    cluster.faults.fail({ method: 'POST' }, { status: 500, times: 1 });

    expect((await make('never')).status).toBe(500);
    expect(await get(`${collectionPath}/never`)).toBe(404);
  });

  it('a fault lasts for a time, or until it is removed', async () => {
    const brief = cluster.faults.fail({}, { status: 500, forMs: 1_000 });
    await vi.waitUntil(async () => (await get()) === 200, wait);
    const lasting = cluster.faults.fail({ path: /configmaps$/ }, { status: 500 });

    expect(brief.hits).toBeGreaterThan(0);
    expect(await get()).toBe(500);
    lasting.remove();
    expect(await get()).toBe(200);
  });

  it('a fault after a write loses the reply and keeps the write', async () => {
    cluster.faults.loseReply({ method: 'POST' }, { times: 1 });

    await expect(make('lost')).rejects.toThrow('fetch failed');

    expect(await get(`${collectionPath}/lost`)).toBe(200);
  });

  it('a hanging fault leaves a request without a reply', async () => {
    const fault = cluster.faults.hang({ path: '/configmaps' }, { times: 1 });
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${cluster.token}` };
    const url = cluster.server + collectionPath;
    const answer = fetch(url, { headers, signal: leaving.signal }).catch(String);
    await expect.poll(() => fault.hits).toBe(1);

    leaving.abort();

    expect(await answer).toMatch(/^AbortError/);
    expect(await get()).toBe(200);
  });

  it('a fault breaks, ends and silences open watches', async () => {
    const from = versionOf((await call(cluster, 'GET', collectionPath)).body);
    const query = `?watch=1&resourceVersion=${from}&allowWatchBookmarks=true`;
    const dropped = await watch(cluster, collectionPath + query);
    expect(cluster.faults.dropWatches({ path: '/configmaps' })).toBe(1);
    expect(await dropped.done).toBe('broken');

    const ended = await watch(cluster, collectionPath + query);
    cluster.faults.closeWatches();
    expect(await ended.done).toBe('ended');

    const frozen = await watch(cluster, collectionPath + query);
    cluster.faults.freezeWatches();
    const other = await watch(cluster, collectionPath + query);
    const count = frozen.lines.length;
    await make('unheard');
    await vi.waitUntil(() => other.lines.some(({ type }) => type === 'ADDED'), wait);
    expect(frozen.lines).toHaveLength(count);
    for (const each of [frozen, other]) each.close();
  });
});
