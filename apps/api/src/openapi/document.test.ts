import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { beginNew } from '../testing/begin-new.ts';
import { newRollout, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;
let rollout: string;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord('myapp/deployment/myapp'));
  rollout = (await beginNew(fixture.history, newRollout('myapp/deployment/myapp'))).id;
});
afterAll(() => fixture.stop());

const operationSchema = z.object({
  operationId: z.string(),
  summary: z.string(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.object({ in: z.string(), name: z.string(), required: z.boolean() })).default([]),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
});
const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

async function readText(): Promise<unknown> {
  return (await fixture.api().request('/openapi.json')).json();
}

async function readDocument() {
  return documentSchema.parse(await readText());
}

it('the OpenAPI document is valid by the 3.1 schema', async () => {
  const document = await readDocument();
  const result = await new Validator().validate(Object(await readText()));

  expect(result).toEqual({ valid: true });
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['Workload', 'Rollout', 'RolloutPage', 'Event', 'Problem', 'RegistryNotification']),
  );
});

it('the OpenAPI document has every route of the app once', async () => {
  const app = fixture.api();
  const { paths } = await readDocument();
  const written = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);

  expect(written.sort()).toEqual([...new Set(served)].sort());
  const ids = Object.values(paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

it('the OpenAPI document requires only path parameters', async () => {
  const { paths } = await readDocument();
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.values(operations).flatMap(({ parameters }) => parameters.map((parameter) => ({ path, ...parameter }))),
  );

  expect(all.filter((parameter) => parameter.required !== (parameter.in === 'path'))).toEqual([]);
  expect(new Set(all.map((parameter) => parameter.in))).toEqual(new Set(['path', 'query', 'header']));
});

it('the OpenAPI document has every status that a route answers', async () => {
  const app = fixture.api();
  const { paths } = await readDocument();
  const known: Readonly<Record<string, string>> = {
    namespace: 'myapp',
    kind: 'deployment',
    name: 'myapp',
    id: rollout,
  };

  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
      const body = path.startsWith('/webhooks/') ? { body: '{"events":[]}' } : {};
      const answer = await app.request(url, { method: method.toUpperCase(), ...body });

      const type = answer.headers.get('Content-Type')?.split(';')[0] ?? '';
      expect(answer.ok, `${method} ${url}`).toBe(true);
      expect(Object.keys(operation.responses[answer.status]?.content ?? {}), `${method} ${url}`).toContain(type);
      await answer.body?.cancel();
    }
  }
});

it('the routes that require a token are those in the OpenAPI document', async () => {
  const { paths } = await readDocument();
  const app = fixture.api({ token: 'secret', loopback: false });

  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const answer = await app.request(path, { method: method.toUpperCase() });
      expect(answer.status === 401, `${method} ${path}`).toBe(operation.security !== undefined);
    }
  }
});
