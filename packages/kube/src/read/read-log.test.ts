import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import type { KubeHttp } from '../http/request.ts';
import type { Pod } from '../types.ts';
import { readLog } from './read-log.ts';

it('no more bytes of a log are requested than are read (law 17)', async () => {
  const queries: unknown[] = [];
  const http = { text: async ({ query }: { readonly query: unknown }) => `${queries.push(query)}` };
  const pod = { namespace: 'ns', name: 'web-1', containers: [] } as unknown as Pod;

  await readLog(http as unknown as KubeHttp, { pod, container: 'app', lines: 5, signal: undefined });

  expect(queries).toEqual([{ container: 'app', tailLines: 5, limitBytes: bounds.logBytes }]);
});
