import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
});
