import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Of } from '../auth/secrets.ts';
import { createEventHub } from '../events/hub.ts';
import { createApiMetrics } from '../observe/metrics.ts';
import { eventSchema } from '../schemas/event.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { beginNew } from '../testing/begin-new.ts';
import { newRollout, workloadRecord } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';
import { readSse } from '../testing/sse.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
beforeEach(() => fixture.redis.flush());
afterAll(() => fixture.stop());

/** Each makes one event. */
async function happen(...names: string[]): Promise<void> {
  for (const name of names) await fixture.history.putWorkload(workloadRecord(`a/deployment/${name}`));
}

const workloads = (frames: readonly { data?: string }[]) =>
  frames.map(({ data = '' }) => eventSchema.parse(JSON.parse(data)).workload.split('/')[2]);

function hubOf(options: Partial<Parameters<typeof createEventHub>[0]> = {}) {
  const { history } = fixture;
  const registry = new Registry();
  const metrics = createApiMetrics(registry, history);
  return { registry, ...createEventHub({ history, log: console, metrics, ...options }) };
}

describe('GET /api/v1/events', () => {
  it('the event stream sends new events with their ids', async () => {
    const app = fixture.api();
    await happen('before');

    const answer = await app.request('/api/v1/events', { headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream');
    expect(answer.headers.get('Content-Encoding')).toBeNull();
    expect(answer.headers.get('ETag')).toBeNull();
    const sse = readSse(answer.body);
    await happen('one');
    const rollout = await beginNew(fixture.history, newRollout('a/deployment/one'));

    const [first, second] = await sse.take(2);
    expect(first).toMatchObject({ event: 'workload', id: expect.stringMatching(/^\d+-\d+$/) });
    expect(eventSchema.parse(JSON.parse(second?.data ?? ''))).toMatchObject({
      type: 'rollout',
      workload: 'a/deployment/one',
      rollout: rollout.id,
      name: 'pending',
    });
    await sse.cancel();
  });

  it("the event stream has a user's rollback, quarantine, pause, release and resume", async () => {
    const { history } = fixture;
    const app = fixture.api();
    await happen('one');
    await rollOut(history, newRollout('a/deployment/one'));
    const sse = readSse((await app.request('/api/v1/events')).body);
    for (const action of ['rollback', 'pause', 'release', 'resume']) {
      const answer = await app.request(`/api/v1/workloads/a/deployment/one/${action}`, { method: 'POST' });
      expect({ action, ok: answer.ok }).toEqual({ action, ok: true });
    }

    const events = (await sse.take(5)).map(({ event, data = '' }) => [event, eventSchema.parse(JSON.parse(data)).name]);
    expect(events.toSorted((a, b) => a.join(' ').localeCompare(b.join(' ')))).toEqual([
      ['hold', 'paused'],
      ['hold', 'resumed'],
      ['quarantine', 'added'],
      ['quarantine', 'released'],
      ['rollout', 'pending'],
    ]);
    await sse.cancel();
  });

  it('the event stream continues after Last-Event-ID over several pages and then live, each event once', async () => {
    const app = fixture.api();
    const names = Array.from({ length: 450 }, (_, n) => `n${n}`);
    await happen(...names.slice(0, 300));
    const { id = '' } = (await fixture.history.events('0-0', { limit: 1 }))[0] ?? {};

    const sse = readSse((await app.request('/api/v1/events', { headers: { 'Last-Event-ID': id } })).body);
    const happening = happen(...names.slice(300));
    const frames = await sse.take(449);
    await happening;

    expect(workloads(frames)).toEqual(names.slice(1));
    await sse.cancel();
  });

  it('a client that was disconnected before the first event can continue', async () => {
    const app = fixture.api();
    await happen('before');
    const sse = readSse((await app.request('/api/v1/events')).body);
    const { id = '' } = (await sse.next()) ?? {};
    await sse.cancel();
    await happen('meanwhile');

    const again = readSse((await app.request('/api/v1/events', { headers: { 'Last-Event-ID': id } })).body);
    expect(workloads(await again.take(1))).toEqual(['meanwhile']);
    await again.cancel();
  });

  it('a Last-Event-ID of a lost Redis does not wait for ever', async () => {
    const headers = { 'Last-Event-ID': '999999999999999-0' };
    const sse = readSse((await fixture.api().request('/api/v1/events', { headers })).body);
    await happen('new');

    expect(workloads(await sse.take(1))).toEqual(['new']);
    await sse.cancel();
  });

  it('the event stream of one workload has missed and new events of it only', async () => {
    const app = fixture.api();
    await happen('other', 'mine', ...Array.from({ length: 250 }, (_, n) => `other${n}`));
    const url = '/api/v1/events?workload=a/Deployment/mine';

    const sse = readSse((await app.request(url, { headers: { 'Last-Event-ID': '0-0' } })).body);
    expect(workloads(await sse.take(1))).toEqual(['mine']);
    await happen('another');
    await fixture.history.removeWorkload('a/deployment/mine');
    expect(JSON.parse((await sse.nextEvent())?.data ?? '')).toMatchObject({ name: 'removed' });
    await sse.cancel();
  });

  it('HEAD of the event stream opens no stream', async () => {
    const metrics = new Registry();
    const app = fixture.api({ metrics });
    const answer = await app.request('/api/v1/events', { method: 'HEAD' });

    expect(answer.headers.get('Content-Type')).toBe('text/event-stream');
    expect(await (await app.request('/metrics')).text()).toContain('keelson_event_clients 0');
  });

  it('an event stream ends with its token, before the next event (law 17)', async () => {
    const access = { name: 'dashboard', may: new Set(['read'] as const) };
    let tokens = [{ sha256: sha256Of('a-token'), value: access }];
    const app = fixture.api({ tokens: () => tokens });
    const answer = await app.request('/api/v1/events', { headers: { Authorization: 'Bearer a-token' } });
    const sse = readSse(answer.body);
    await happen('seen');
    expect(workloads(await sse.take(1))).toEqual(['seen']);

    tokens = [{ sha256: sha256Of('a-token'), value: { ...access } }];
    await happen('unseen');

    expect(await sse.nextEvent()).toBeUndefined();
  });

  it('a shutdown ends every event stream and opens no new one', async () => {
    const stopping = new AbortController();
    const app = fixture.api({ stopping: stopping.signal });
    const sse = readSse((await app.request('/api/v1/events')).body);
    await sse.next();

    stopping.abort();
    expect(await sse.next()).toBeUndefined();
    expect((await app.request('/api/v1/events')).status).toBe(503);
  });
});

describe('the hub', () => {
  it('the event hub reads Redis once for all clients, and not without clients', async () => {
    let reads = 0;
    const history = {
      ...fixture.history,
      events: (...how: Parameters<typeof fixture.history.events>) => {
        if (how[1]?.blockMs) reads += 1;
        return fixture.history.events(...how);
      },
    };
    const hub = hubOf({ history });
    const clients = await Promise.all(Array.from({ length: 50 }, async () => readSse(await hub.open({}))));
    expect(reads).toBe(1);

    await happen('one');
    for (const client of clients) expect(workloads(await client.take(1))).toEqual(['one']);
    expect(reads).toBe(2);

    for (const client of clients) await client.cancel();
    expect(await hub.registry.metrics()).toContain('keelson_event_clients 0');
    const again = readSse(await hub.open({}));
    await happen('two');
    expect(workloads(await again.take(1))).toEqual(['two']);
    await again.cancel();
  });

  it('the event hub disconnects only a client that does not read, which can continue later', async () => {
    const hub = hubOf();
    let cut = 0;
    await hub.open({ cut: () => (cut += 1) });
    const reading = readSse(await hub.open({}));
    const names = Array.from({ length: 1_000 }, (_, n) => `n${n}`);

    const happening = happen(...names);
    expect(workloads(await reading.take(1_000))).toEqual(names);
    await happening;

    expect(cut).toBe(1);
    expect(await hub.registry.metrics()).toContain('keelson_event_streams_ended_total{end="slow"} 1');
    await reading.cancel();
  });

  it('the event hub loses no event between the last page and the live stream', async () => {
    const names = ['first', 'second', 'third'];
    const gap = ['gap'];
    let live: ReturnType<typeof readSse> | undefined;
    const history = {
      ...fixture.history,
      // While a page of what was missed is on its way, something happens, and the clients that are live have it already.
      async events(...how: Parameters<typeof fixture.history.events>) {
        const found = await fixture.history.events(...how);
        if (how[1]?.blockMs) return found;
        const name = found.length > 0 ? names.shift() : gap.shift();
        if (name !== undefined) {
          await happen(name);
          await live?.take(1);
        }
        return found;
      },
    };
    const hub = hubOf({ history });
    await happen('missed');
    live = readSse(await hub.open({}));

    const resuming = readSse(await hub.open({ after: '0-0' }));
    const seen = workloads(await resuming.take(4));
    await happen('last');
    while (seen.at(-1) !== 'last') seen.push(...workloads(await resuming.take(1)));

    const all = await fixture.history.events('0-0');
    expect(seen).toEqual(all.map(({ workload }) => workload.split('/')[2]));
    await live.cancel();
    await resuming.cancel();
  });

  it('the event hub sends a heartbeat without events', async () => {
    const hub = hubOf({ heartbeatMs: 10 });
    const sse = readSse(await hub.open({}));
    await sse.next();

    expect(Object.values((await sse.next()) ?? {})).toEqual(['heartbeat']);
    await sse.cancel();
  });

  it('the event hub ends the stream of a client that may read no longer, without events (law 17)', async () => {
    let isAllowed = true;
    const hub = hubOf({ heartbeatMs: 20 });
    const sse = readSse(await hub.open({ mayRead: () => isAllowed }));
    await sse.next();

    isAllowed = false;

    await expect.poll(() => sse.next()).toBeUndefined();
  });

  it('the event hub refuses one client too many', async () => {
    const hub = hubOf({ maxClients: 1 });
    const first = await hub.open({});

    await expect(hub.open({})).rejects.toMatchObject({ code: 'too-many-clients' });
    await first.cancel();
    await (await hub.open({})).cancel();
  });

  it('the event hub continues after Redis was unavailable', async () => {
    const sse = readSse((await fixture.api().request('/api/v1/events')).body);
    await sse.next();
    await fixture.redis.kill9();
    await fixture.redis.restart();
    await expect
      .poll(() =>
        happen('back').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);

    expect(workloads(await sse.take(1))).toEqual(['back']);
    await sse.cancel();
  });
});
