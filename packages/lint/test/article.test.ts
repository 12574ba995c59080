import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Reader } from '../src/index.ts';
import { makeReport, readRepository, reportSchema } from '../src/index.ts';
import { line } from './support/found.ts';

const article = fileURLToPath(new URL('./fixtures/article', import.meta.url));

async function report(...readers: readonly Reader[]) {
  return makeReport('article', await readRepository(article), { readers });
}

describe('lint of the repository in the article that Keelson began with', () => {
  it('lint finds in the article what the article itself calls missing, and more', async () => {
    const result = await report();

    expect(result.findings.map(line)).toEqual([
      'info only-mutable-tags .gitlab-ci.yml',
      'info keel-differs apps/myapp/production.yaml:11',
      'warning missing-readiness-probe apps/myapp/production.yaml:17',
      'info missing-liveness-probe apps/myapp/production.yaml:17',
      'info keel-differs apps/myapp/staging.yaml:11',
      'warning missing-readiness-probe apps/myapp/staging.yaml:17',
      'info missing-liveness-probe apps/myapp/staging.yaml:17',
      'error reuses-old-image apps/myapp/staging.yaml:18',
    ]);
    expect(result.findings.find(({ code }) => code === 'reuses-old-image')).toMatchObject({
      location: { file: 'apps/myapp/staging.yaml', line: 18, column: 18 },
      message: expect.stringMatching(/the default is IfNotPresent .* a restart keeps the old image/),
      remedy: 'Set imagePullPolicy: Always for this container.',
    });
    expect(result.counts).toEqual({ error: 1, warning: 2, info: 5 });
    expect(result.read).toEqual({ files: 2, objects: 2, workloads: 2, followed: 2 });
  });

  it.each([
    [['keel'], ['warning', 'warning']],
    [['keelson'], []],
    [
      ['keelson', 'keel'],
      ['warning', 'warning'],
    ],
  ] as const)('gives keel-differs the severity for readers %o', async (readers, severities) => {
    const result = await report(...readers);

    expect(result.findings.filter(({ code }) => code === 'keel-differs').map(({ severity }) => severity)).toEqual(
      severities,
    );
  });

  it('lint reports the article in the shape of its schema', async () => {
    const result = await report();

    expect(reportSchema.parse(structuredClone(result))).toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
