import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { newRollout, workloadRecord } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord('myapp/deployment/myapp'));
  await rollOut(fixture.history, newRollout('myapp/deployment/myapp'));
});
afterAll(() => fixture.stop());

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ parameters: z.array(z.object({ in: z.string(), name: z.string() })).default([]) })),
  ),
});

/** Values of every kind that a parameter may have: of its own form at both ends, of another one's, and of none. */
const values = [
  '',
  '0',
  '-1',
  '1.5',
  '1e3',
  '9'.repeat(15),
  '9'.repeat(16),
  '9'.repeat(400),
  'NaN',
  'null',
  '000000000',
  '000000001',
  'zzzzzzzzz',
  'ZZZZZZZZZ',
  '0-0',
  '0-1',
  '1795162530250-0',
  `${'9'.repeat(15)}-${'9'.repeat(15)}`,
  `${'9'.repeat(20)}-0`,
  '1970-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59+14:00',
  '2026-13-01T00:00:00Z',
  'a/b/c',
  'a/deployment/b',
  `a/deployment/${'b'.repeat(320)}`,
  'myapp',
  'a\u0000b',
  '\ud800',
  '*',
  '(x',
  '[x',
  '+inf',
  "'; --",
  '../../x',
  '%',
];

it('no value of a parameter makes a route fail, and a refused one is named in the answer', async () => {
  const app = fixture.api();
  const { paths } = documentSchema.parse(await (await app.request('/openapi.json')).json());
  const failed: string[] = [];
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { parameters }] of Object.entries(operations)) {
      for (const [parameter, value] of parameters.flatMap((one) => values.map((each) => [one, each] as const))) {
        const text = encodeURIComponent(value.toWellFormed());
        const filled = path
          .replace(`{${parameter.name}}`, parameter.in === 'path' ? text : 'x')
          .replace('{namespace}', 'myapp')
          .replace('{kind}', 'deployment')
          .replace(/\{(?:name|id)\}/, 'myapp');
        const url = parameter.in === 'query' ? `${filled}?${parameter.name}=${text}` : filled;
        const headers = parameter.in === 'header' ? { [parameter.name]: encodeURI(value.toWellFormed()) } : undefined;
        const answer = await app.request(url, { method: method.toUpperCase(), ...(headers && { headers }) });
        const problem = answer.status < 400 ? undefined : await answer.json();
        if (problem === undefined) await answer.body?.cancel();
        const named = answer.status !== 400 || JSON.stringify(problem).includes(parameter.name);
        if (answer.status >= 500 || !named) failed.push(`${method} ${url} ${answer.status} ${JSON.stringify(problem)}`);
      }
    }
  }

  expect(failed).toEqual([]);
});
