import { bounds } from '@keelson/core';
import { describe, expect, it, vi } from 'vitest';
import notifications from '../testing/notifications.json' with { type: 'json' };
import { readNotification } from './notification.ts';

const push = (target: object, request?: unknown) => JSON.stringify({ events: [{ action: 'push', target, request }] });

describe('readNotification', () => {
  it('a notification is read without its digest (law 2)', () => {
    const notification = readNotification(JSON.stringify(notifications.registry2));

    expect(notification).toEqual({
      events: 1,
      pushes: [{ host: 'registry.git.erxes.io', repository: 'foo/bar', tag: '1.6.1' }],
    });
  });

  it('pulls, deletes and blobs are not pushes', () => {
    expect(readNotification(JSON.stringify(notifications.pullAndBlobAndDelete))).toEqual({ events: 3, pushes: [] });
  });

  it.each([
    ['no tag', push({ repository: 'a/b' }, { host: 'h' }), { host: 'h', repository: 'a/b' }],
    ['an empty tag', push({ repository: 'a/b', tag: '' }, { host: 'h' }), { host: 'h', repository: 'a/b' }],
    ['a tag that is a number', push({ repository: 'a/b', tag: 7 }, { host: 'h' }), { host: 'h', repository: 'a/b' }],
    ['no host', push({ repository: 'a/b', tag: 't' }, {}), { host: '', repository: 'a/b', tag: 't' }],
    ['no request', push({ repository: 'a/b', tag: 't' }), { host: '', repository: 'a/b', tag: 't' }],
    ['a request that is null', push({ repository: 'a/b' }, null), { host: '', repository: 'a/b' }],
  ])('a push with %s is read', (_, text, hint) => {
    expect(readNotification(text)?.pushes).toEqual([hint]);
  });

  it.each([
    ['no target', JSON.stringify({ events: [{ action: 'push' }] })],
    ['no repository', push({ tag: 't' })],
    ['an empty repository', push({ repository: '' })],
    ['a repository that is no text', push({ repository: ['a'] })],
    ['an overlong repository', push({ repository: 'a'.repeat(256) })],
    ['another action', JSON.stringify({ events: [{ action: 'mount', target: { repository: 'a' } }] })],
  ])('an event with %s is ignored', (_, text) => {
    expect(readNotification(text)).toEqual({ events: 1, pushes: [] });
  });

  it.each(['null', '7', '"push"', '[]', '{}', '{"action":null}', '{"action":"push","target":null}'])(
    'the events beside %s are read',
    (odd) => {
      const event = JSON.stringify({ action: 'push', target: { repository: 'a/b', tag: 't' } });

      expect(readNotification(`{"events":[${odd},${event},${odd}]}`)).toEqual({
        events: 3,
        pushes: [{ host: '', repository: 'a/b', tag: 't' }],
      });
    },
  );

  it('a body that nests too deeply is not parsed (law 17)', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const deep = (depth: number) => `{"events":[{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]}`;

    expect(readNotification(deep(bounds.jsonDepth - 3))).toEqual({ events: 1, pushes: [] });
    expect(parse).toHaveBeenCalledOnce();
    expect(readNotification(deep(bounds.jsonDepth))).toBeUndefined();
    expect(readNotification('['.repeat(bounds.notificationBytes))).toBeUndefined();
    expect(parse).toHaveBeenCalledOnce();
    parse.mockRestore();
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{}',
    '{"events":{}}',
    '{"events":[1]}',
    '{"events":[null]}',
    JSON.stringify({ events: Array.from({ length: bounds.notificationEvents + 1 }, () => ({})) }),
  ])('a body that is not a notification is undefined: %.40s', (text) => {
    expect(readNotification(text)).toBeUndefined();
  });
});
