import type { ServerResponse } from 'node:http';
import { bounds } from '@keelson/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FakeApi, Received } from '../../test/support/fake-api.ts';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { soon } from '../../test/support/soon.ts';
import { fields, text } from '../fields.ts';
import { connect } from '../http/connect.ts';
import { reflected } from '../objects/metadata.ts';
import type { Reflector } from './reflect.ts';
import { reflect } from './reflect.ts';
import { defaultTiming } from './timing.ts';

const path = '/api/v1/things';

function thing(name: string, version: number, more: { uid?: string; note?: string } = {}) {
  const { uid = `uid-${name}`, note = '' } = more;
  return { metadata: { namespace: 'shop', name, uid, resourceVersion: String(version) }, note };
}

const page = (items: readonly unknown[], version: number, next?: string) => ({
  kind: 'ThingList',
  metadata: { resourceVersion: String(version), ...(next === undefined ? {} : { continue: next }) },
  items,
});

/** Says what the nth list and the nth watch are answered; past the last of them, the last again. */
interface Script {
  readonly lists: readonly ((request: Received, response: ServerResponse) => void)[];
  readonly watches: readonly ((request: Received, response: ServerResponse) => void)[];
}

function event(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

const silent = (_request: Received, response: ServerResponse): void => response.flushHeaders();
const holding =
  (...events: readonly [string, unknown][]) =>
  (_request: Received, response: ServerResponse): void => {
    response.flushHeaders();
    for (const [type, object] of events) event(response, type, object);
  };

interface Running {
  readonly api: FakeApi;
  readonly reflector: Reflector;
  /** `name@resourceVersion` of all that is held. */
  readonly held: () => readonly string[];
  readonly reported: string[];
  readonly troubles: unknown[];
  readonly lists: () => readonly Received[];
  readonly watches: () => readonly Received[];
}

async function start(script: Script, timing: Partial<typeof defaultTiming> = {}): Promise<Running> {
  let lists = 0;
  let watches = 0;
  const api = await startFakeApi((request, response) => {
    const watch = request.query.has('watch');
    const answers = watch ? script.watches : script.lists;
    const index = watch ? watches++ : lists++;
    (answers[index] ?? answers.at(-1))?.(request, response);
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  const held = new Map<string, string>();
  const reported: string[] = [];
  const troubles: unknown[] = [];
  const label = (object: unknown) => {
    const { name, resourceVersion } = fields(fields(object).metadata);
    return `${text(name)}@${text(resourceVersion)}`;
  };
  const nameOf = (object: unknown) => label(object).split('@')[0] ?? '';
  const reflector = reflect<unknown>({
    http,
    path,
    read: reflected((object) => object),
    onPut(object) {
      held.set(nameOf(object), label(object));
      reported.push(`+${label(object)}`);
    },
    onRemove(object) {
      held.delete(nameOf(object));
      reported.push(`-${label(object)}`);
    },
    onTrouble: (error) => troubles.push(error),
    onRecovered: () => troubles.push('recovered'),
    timing: { ...defaultTiming, backoffMinMs: 20, backoffMaxMs: 40, refusedMinMs: 20, refusedMaxMs: 40, ...timing },
  });
  onTestFinished(async () => {
    await reflector.stop();
    await http.close();
    await api.stop();
  });
  const requests = (watch: boolean) => () => api.requests.filter(({ query }) => query.has('watch') === watch);
  return {
    api,
    reflector,
    held: () => [...held.values()].toSorted(),
    reported,
    troubles,
    lists: requests(false),
    watches: requests(true),
  };
}

const listing =
  (...items: readonly unknown[]) =>
  (_request: Received, response: ServerResponse) =>
    json(response, 200, page(items, 10));

describe('listing', () => {
  it('lists page by page, then watches from the version of the list, with bookmarks and a timeout', async () => {
    const { reflector, held, lists, watches } = await start(
      {
        lists: [
          (_request, response) => json(response, 200, page([thing('a', 1), thing('b', 2)], 10, 'next-page')),
          (_request, response) => json(response, 200, page([thing('c', 3)], 10)),
        ],
        watches: [silent],
      },
      { pageSize: 2 },
    );

    await reflector.listed;
    await vi.waitUntil(() => watches().length === 1, soon);

    expect(held()).toEqual(['a@1', 'b@2', 'c@3']);
    expect(lists().map(({ query }) => [query.get('limit'), query.get('continue')])).toEqual([
      ['2', null],
      ['2', 'next-page'],
    ]);
    const query = Object.fromEntries(watches()[0]?.query ?? []);
    expect(query).toMatchObject({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10' });
    expect(Number(query.timeoutSeconds)).toBeGreaterThanOrEqual(290);
    expect(Number(query.timeoutSeconds)).toBeLessThanOrEqual(350);
    expect(reflector.synced).toBe(true);
  });

  it('lists from the start when a continue token expired', async () => {
    const { reflector, held, lists } = await start({
      lists: [
        (_request, response) => json(response, 200, page([thing('a', 1)], 10, 'next-page')),
        (_request, response) =>
          json(response, 410, status(410, 'Expired', 'The provided continue parameter is too old')),
        (_request, response) => json(response, 200, page([thing('b', 2)], 20)),
      ],
      watches: [silent],
    });

    await reflector.listed;

    expect(held()).toEqual(['b@2']);
    expect(lists()).toHaveLength(3);
  });

  it('retries the list while the API server fails', async () => {
    const trouble = (_request: Received, response: ServerResponse) => json(response, 503, {});
    const { reflector, held, troubles } = await start({
      lists: [trouble, trouble, listing(thing('a', 1))],
      watches: [silent],
    });

    await reflector.listed;

    expect(held()).toEqual(['a@1']);
    expect(troubles).toHaveLength(3);
    expect(troubles.at(-1)).toBe('recovered');
  });

  it('waits as long as a 429 says', async () => {
    const at: number[] = [];
    const { reflector } = await start({
      lists: [
        (_request, response) => {
          at.push(performance.now());
          json(response, 429, {}, { 'retry-after': '1' });
        },
        (_request, response) => {
          at.push(performance.now());
          json(response, 200, page([], 1));
        },
      ],
      watches: [silent],
    });

    await reflector.listed;

    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(900);
  });

  it('treats a forbidden kind as listed and empty, and retries', async () => {
    const { reflector, held, troubles, lists } = await start({
      lists: [
        (_request, response) => json(response, 403, status(403, 'Forbidden', 'not you')),
        (_request, response) => json(response, 403, status(403, 'Forbidden', 'not you')),
        listing(thing('a', 1)),
      ],
      watches: [silent],
    });

    await reflector.listed;

    expect(troubles[0]).toMatchObject({ code: 'forbidden' });
    expect(reflector.synced).toBe(true);
    await vi.waitUntil(() => held().length === 1, soon);
    expect(lists()).toHaveLength(3);
  });

  it('begins with the shortest wait when a kind is forbidden again', async () => {
    const refused = (_request: Received, response: ServerResponse) =>
      json(response, 403, status(403, 'Forbidden', 'not you'));
    const eightRefusals = Array.from({ length: 8 }, () => refused);
    // Each wait is twice the one before: had the first eight counted, the next eight would take half a minute at the least.
    const { held } = await start(
      {
        lists: [...eightRefusals, listing(thing('a', 1)), ...eightRefusals, listing(thing('b', 2))],
        watches: [holding(['ERROR', status(410, 'Expired', 'too old')]), silent],
      },
      { refusedMinMs: 1, refusedMaxMs: 3_600_000 },
    );

    await expect.poll(() => held()[0], soon).toBe('b@2');
  });
});

describe('watching', () => {
  it('applies added, changed and deleted objects of a watch', async () => {
    const { reported } = await start({
      lists: [listing(thing('a', 1))],
      watches: [
        holding(
          ['ADDED', thing('b', 11)],
          ['MODIFIED', thing('a', 12)],
          ['BOOKMARK', { metadata: { resourceVersion: '13' } }],
          ['DELETED', thing('b', 14)],
        ),
      ],
    });

    await vi.waitUntil(() => reported.length === 4, soon);

    expect(reported).toEqual(['+a@1', '+b@11', '+a@12', '-b@11']);
  });

  it('resumes a watch from the last event or bookmark when the connection breaks', async () => {
    const { held, watches, lists } = await start({
      lists: [listing(thing('a', 1))],
      watches: [
        (_request, response) => {
          response.flushHeaders();
          event(response, 'ADDED', thing('b', 11));
          event(response, 'BOOKMARK', { metadata: { resourceVersion: '15' } });
          response.write('{"type":"ADDED","object":{"meta');
          setTimeout(() => response.destroy(), 50);
        },
        holding(['ADDED', thing('c', 16)]),
      ],
    });

    await vi.waitUntil(() => held().length === 3, soon);

    expect(held()).toEqual(['a@1', 'b@11', 'c@16']);
    expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '15']);
    expect(lists()).toHaveLength(1);
  });

  it.each([
    [
      'an answer',
      (_request: Received, response: ServerResponse) => json(response, 410, status(410, 'Gone', 'too old')),
    ],
    ['an event', holding(['ERROR', status(410, 'Expired', 'too old resource version: 10 (99)')])],
  ])('lists again on 410 as %s, and removes what is gone', async (_what, gone) => {
    const { held, reported, watches, troubles } = await start({
      lists: [
        listing(thing('a', 1), thing('b', 2), thing('c', 3)),
        (_request, response) => json(response, 200, page([thing('a', 1), thing('b', 22)], 99)),
      ],
      watches: [gone, silent],
    });

    await vi.waitUntil(() => watches().length === 2, soon);

    expect(held()).toEqual(['a@1', 'b@22']);
    expect(reported).toEqual(['+a@1', '+b@2', '+c@3', '+b@22', '-c@3']);
    expect(watches()[1]?.query.get('resourceVersion')).toBe('99');
    expect(troubles).toEqual([]);
  });

  it('distinguishes an object that was created anew from one that changed', async () => {
    const { reported } = await start({
      lists: [listing(thing('a', 1)), listing(thing('a', 50, { uid: 'another' }))],
      watches: [holding(['ERROR', status(410, 'Expired', 'too old')]), silent],
    });

    await vi.waitUntil(() => reported.length === 3, soon);

    expect(reported).toEqual(['+a@1', '-a@1', '+a@50']);
  });

  it('cuts and resumes a watch that is silent for too long', async () => {
    const { watches, troubles, lists } = await start(
      { lists: [listing()], watches: [silent] },
      { watchSeconds: 0, watchJitterSeconds: 0, slackMs: 100 },
    );

    await vi.waitUntil(() => watches().length >= 2, soon);

    expect(troubles[0]).toMatchObject({ code: 'timeout' });
    expect(watches().map(({ query }) => query.get('resourceVersion'))).toEqual(watches().map(() => '10'));
    expect(lists()).toHaveLength(1);
  });

  it('waits between watches that the API server ends at once', async () => {
    const { watches, troubles } = await start(
      { lists: [listing()], watches: [(_request, response) => void response.end()] },
      { backoffMinMs: 200, backoffMaxMs: 400 },
    );

    await vi.waitUntil(() => watches().length >= 3, soon);

    expect(troubles.length).toBeGreaterThanOrEqual(2);
    expect(troubles.find((trouble) => trouble !== 'recovered')).toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['a line that is not JSON', 'not json\n'],
    ['an event of an unknown type', '{"type":"SURPRISE","object":{"metadata":{"resourceVersion":"11"}}}\n'],
    ['an error other than 410', `${JSON.stringify({ type: 'ERROR', object: status(500, 'InternalError', 'etcd') })}\n`],
  ])('recovers from %s', async (_what, line) => {
    const { held, troubles } = await start({
      lists: [listing(thing('a', 1)), listing(thing('a', 1), thing('b', 2))],
      watches: [
        (_request, response) => {
          response.flushHeaders();
          response.write(line);
        },
        holding(['ADDED', thing('b', 2)]),
      ],
    });

    await vi.waitUntil(() => held().length === 2, soon);

    expect(troubles.filter((trouble) => trouble !== 'recovered')).toHaveLength(1);
  });

  it('stops at once during a watch or a wait', async () => {
    const watching = await start({ lists: [listing()], watches: [silent] });
    const waiting = await start(
      { lists: [(_request, response) => json(response, 503, {})], watches: [] },
      { backoffMinMs: 60_000, backoffMaxMs: 60_000 },
    );
    await watching.reflector.listed;
    await vi.waitUntil(() => waiting.troubles.length === 1, soon);

    await watching.reflector.stop();
    await waiting.reflector.stop();

    expect(waiting.lists()).toHaveLength(1);
  });
});

it('lists in smaller pages what is too large for one answer, and in whole ones again after that (law 17)', async () => {
  const large = Array.from({ length: (1.5 * bounds.kubeAnswerBytes) / 1024 ** 2 }, (_, at) =>
    thing(`a${at}`, at, { note: 'x'.repeat(1024 * 1024) }),
  );
  const things = [...large, ...Array.from({ length: 16 }, (_, at) => thing(`b${at}`, 100 + at))];
  const sizes: number[] = [];
  const answer = ({ query }: Received, response: ServerResponse): void => {
    const from = Number(query.get('continue') ?? 0);
    const size = Number(query.get('limit'));
    sizes.push(size);
    const next = from + size < things.length ? String(from + size) : undefined;
    json(response, 200, page(things.slice(from, from + size), 200, next));
  };
  const { reflector, held, troubles } = await start({ lists: [answer], watches: [silent] }, { pageSize: 32 });

  await reflector.listed;

  expect([held().length, troubles]).toEqual([40, []]);
  expect(sizes).toEqual([32, 16, 8, 16, 8, 16, 32]);
});
