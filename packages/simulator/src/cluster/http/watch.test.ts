import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SimulatedCluster } from '../options.ts';
import { startSimulatedCluster } from '../start.ts';
import type { OpenWatch } from '../test-client.ts';
import { call, versionOf, wait, watch } from '../test-client.ts';

const merge = 'application/merge-patch+json';
const path = '/api/v1/namespaces/default/configmaps';
let cluster: SimulatedCluster;
const open: OpenWatch[] = [];

beforeAll(async () => {
  cluster = await startSimulatedCluster({ nodes: 0, bookmarkMs: 50 });
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});
afterAll(() => cluster.stop());

async function begin(query: string): Promise<OpenWatch> {
  const opened = await watch(cluster, `${path}?watch=1&${query}`);
  open.push(opened);
  return opened;
}

const make = (name: string, labels = {}) => call(cluster, 'POST', path, { metadata: { name, labels } });
const label = (name: string, labels: unknown) =>
  call(cluster, 'PATCH', `${path}/${name}`, { metadata: { labels } }, merge);
const now = async () => versionOf((await call(cluster, 'GET', path)).body);
const reported = ({ lines }: OpenWatch) => lines.map(({ type, object }) => [type, object.metadata['name']]);

describe('watches', () => {
  it('a watch reports each write after its start version, in order', async () => {
    await make('before');
    const opened = await begin(`resourceVersion=${await now()}`);
    await make('one');
    await label('one', { a: 'b' });
    await call(cluster, 'DELETE', `${path}/one`);

    await vi.waitUntil(() => opened.lines.length >= 3, wait);

    expect(reported(opened)).toEqual([
      ['ADDED', 'one'],
      ['MODIFIED', 'one'],
      ['DELETED', 'one'],
    ]);
    const versions = opened.lines.map(({ object }) => Number(versionOf(object)));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  it('a watch reports earlier writes after its start version', async () => {
    const from = await now();
    await make('missed');
    await label('missed', { a: 'b' });

    const opened = await begin(`resourceVersion=${from}`);

    await vi.waitUntil(() => opened.lines.length >= 2, wait);
    expect(reported(opened)).toEqual([
      ['ADDED', 'missed'],
      ['MODIFIED', 'missed'],
    ]);
  });

  it.each(['', 'resourceVersion=0'])('a watch from %j starts with the existing objects', async (query) => {
    await make('there');

    const opened = await begin(`${query}&fieldSelector=metadata.name%3Dthere`);

    await vi.waitUntil(() => opened.lines.length >= 1, wait);
    expect(reported(opened)).toEqual([['ADDED', 'there']]);
  });

  it('a watch reports an object as added and deleted when it starts and stops matching', async () => {
    await make('fickle');
    const opened = await begin(`resourceVersion=${await now()}&labelSelector=in%3Dyes`);
    await label('fickle', { in: 'yes' });
    await label('fickle', { in: 'yes', other: 'x' });
    await label('fickle', { in: 'no' });

    await vi.waitUntil(() => opened.lines.length >= 3, wait);

    expect(reported(opened)).toEqual([
      ['ADDED', 'fickle'],
      ['MODIFIED', 'fickle'],
      ['DELETED', 'fickle'],
    ]);
  });

  it('a watch sends bookmarks only when the client allows them', async () => {
    const from = await now();
    const allowing = await begin(`resourceVersion=${from}&allowWatchBookmarks=true`);
    const silent = await begin(`resourceVersion=${from}`);

    await vi.waitUntil(() => allowing.lines.length >= 2, wait);

    expect(allowing.lines[0]).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: from } },
    });
    expect(silent.lines).toEqual([]);
  });

  it('a watch marks the end of the initial events when they are requested', async () => {
    await make('initial');
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

    const opened = await begin(`${query}&fieldSelector=metadata.name%3Dinitial`);

    await vi.waitUntil(() => opened.lines.length >= 2, wait);
    // On a busy machine a bookmark of the interval may have come as well.
    expect(opened.lines.slice(0, 2)).toMatchObject([
      { type: 'ADDED' },
      { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
    ]);
    expect((await call(cluster, 'GET', `${path}?watch=1&sendInitialEvents=true`)).status).toBe(422);
  });

  it('a watch from 0 marks the end of the initial events when bookmarks are allowed', async () => {
    const opened = await begin('resourceVersion=0&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dnobody');

    await vi.waitUntil(() => opened.lines.length >= 1, wait);

    const annotations = { 'k8s.io/initial-events-end': 'true' };
    expect(opened.lines[0]).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations } } });
  });

  it('a watch ends after timeoutSeconds', async () => {
    const opened = await begin(`resourceVersion=${await now()}&timeoutSeconds=1`);

    expect(await opened.done).toBe('ended');
  });

  it('a watch from an expired version gets an error event', async () => {
    const from = await now();
    const running = await begin(`resourceVersion=${from}`);
    cluster.faults.expireResourceVersions();

    const late = await begin(`resourceVersion=${from}`);

    const gone = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } };
    expect([await running.done, await late.done]).toEqual(['ended', 'ended']);
    expect([running.lines, late.lines]).toMatchObject([[gone], [gone]]);
  });

  it('a watch from a future version is silent until then', async () => {
    const opened = await begin('resourceVersion=99999999&timeoutSeconds=1');
    await make('early');

    await opened.done;

    expect(opened.lines).toEqual([]);
  });

  it('a watch from an invalid version is refused', async () => {
    expect((await call(cluster, 'GET', `${path}?watch=1&resourceVersion=abc`)).status).toBe(500);
  });

  it('a watch of one object works by its path', async () => {
    await make('single');
    const opened = await watch(cluster, `${path}/single?watch=1`);
    open.push(opened);

    await vi.waitUntil(() => opened.lines.length >= 1, wait);

    expect(reported(opened)).toEqual([['ADDED', 'single']]);
  });
});
