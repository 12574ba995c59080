import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function documents(file: string): Promise<unknown[]> {
  const parsed = parseAllDocuments(await readFile(join(root, file), 'utf8'), { strict: true, uniqueKeys: true });
  return parsed.map((document) => {
    expect(document.errors).toEqual([]);
    expect(document.warnings).toEqual([]);
    return document.toJS();
  });
}

async function documentIn<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const matching = (await documents(file)).flatMap((one) => {
    const read = schema.safeParse(one);
    return read.success ? [read.data] : [];
  });
  const [only, ...more] = matching;
  if (only === undefined || more.length > 0) throw new Error(`${file} holds ${matching.length} such documents`);
  return only;
}

describe('apps/myapp', () => {
  const deployment = z.looseObject({
    kind: z.literal('Deployment'),
    metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()) }),
    spec: z.looseObject({
      replicas: z.number(),
      template: z.looseObject({ spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }) }),
    }),
  });

  it.each([
    ['production.yaml', 'myapp', 2, 'latest'],
    ['staging.yaml', 'myapp-staging', 1, 'dev-staging'],
  ])('%s is %s: %i of :%s, with four annotations', async (file, name, replicas, tag) => {
    const { metadata, spec } = await documentIn(`apps/myapp/${file}`, deployment);

    expect(metadata).toEqual({
      name,
      namespace: 'myapp',
      annotations: {
        'keel.sh/policy': 'force',
        'keel.sh/trigger': 'poll',
        'keel.sh/match-tag': 'true',
        'keel.sh/poll-schedule': '@every 1m',
      },
    });
    expect(spec.replicas).toBe(replicas);
    expect(spec.template.spec.containers.map(({ image }) => image)).toEqual([
      `registry.gitlab.com/cmunroe/ops/myapp:${tag}`,
    ]);
  });

  it('differs between production and staging by name, replicas and tag only', async () => {
    const [production, staging] = await Promise.all(
      ['production', 'staging'].map((name) => readFile(join(root, `apps/myapp/${name}.yaml`), 'utf8')),
    );

    const asProduction = staging
      ?.replaceAll('myapp-staging', 'myapp')
      .replace('replicas: 1', 'replicas: 2')
      .replace(':dev-staging', ':latest');
    expect(asProduction).toBe(production);
  });

  it('is built for main as :latest and for every other branch under its own name', async () => {
    const job = z.looseObject({
      stage: z.enum(['test', 'build']),
      script: z.array(z.string()),
      rules: z.array(z.looseObject({ if: z.string().optional(), changes: z.tuple([z.literal('apps/myapp/**/*')]) })),
    });

    const jobs = await documentIn('apps/myapp/build.yml', z.record(z.string(), job));

    const told = Object.entries(jobs).map(([name, { stage, script, rules }]) => [
      name,
      stage,
      script.at(-1),
      rules.map((rule) => rule.if),
    ]);
    expect(told).toEqual([
      ['myapp:test', 'test', 'npm test', [undefined]],
      [
        'myapp:docker-main',
        'build',
        `docker push "\${CI_REGISTRY_IMAGE}/myapp:latest"`,
        ["$CI_COMMIT_BRANCH == 'main'"],
      ],
      [
        'myapp:docker-dev',
        'build',
        `docker push "\${CI_REGISTRY_IMAGE}/myapp:dev-\${CI_COMMIT_REF_SLUG}"`,
        ["$CI_COMMIT_BRANCH != 'main'"],
      ],
    ]);
  });

  it('passes its own tests', async () => {
    const run = promisify(execFile)('npm', ['test'], { cwd: join(root, 'apps/myapp/app') });

    await expect(run).resolves.toMatchObject({ stdout: expect.stringMatching(/^\S* ?fail 0$/m) });
  });
});
