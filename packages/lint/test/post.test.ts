import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Reader } from '../src/index.ts';
import { makeReport, readRepository, reportSchema } from '../src/index.ts';
import { line } from './support/found.ts';

const POST = fileURLToPath(new URL('./fixtures/post', import.meta.url));

async function post(...readers: readonly Reader[]) {
  return makeReport('post', await readRepository(POST), { readers });
}

describe("the post's own repository", () => {
  it('is told what the post itself calls missing, and what it did not see', async () => {
    const report = await post();

    expect(report.findings.map(line)).toEqual([
      'info keel-differs apps/myapp/production.yaml:11',
      'warning missing-readiness-probe apps/myapp/production.yaml:17',
      'info missing-liveness-probe apps/myapp/production.yaml:17',
      'info keel-differs apps/myapp/staging.yaml:11',
      'warning missing-readiness-probe apps/myapp/staging.yaml:17',
      'info missing-liveness-probe apps/myapp/staging.yaml:17',
      'error reuses-old-image apps/myapp/staging.yaml:18',
    ]);
    expect(report.findings.find(({ code }) => code === 'reuses-old-image')).toMatchObject({
      place: { file: 'apps/myapp/staging.yaml', line: 18, column: 18 },
      message: expect.stringMatching(/Kubernetes takes IfNotPresent .* a restart would keep the old image/),
      remedy: 'Set imagePullPolicy: Always for this container.',
    });
    expect(report.counts).toEqual({ error: 1, warning: 2, info: 4 });
    expect(report.read).toEqual({ files: 2, objects: 2, workloads: 2, followed: 2 });
  });

  it.each([
    [['keel'], ['warning', 'warning']],
    [['keelson'], []],
    [
      ['keelson', 'keel'],
      ['warning', 'warning'],
    ],
  ] as const)('weighs poll-schedule for those who run %o', async (readers, severities) => {
    const report = await post(...readers);

    expect(report.findings.filter(({ code }) => code === 'keel-differs').map(({ severity }) => severity)).toEqual(
      severities,
    );
  });

  it('makes a report of the shape that is promised', async () => {
    const report = await post();

    expect(reportSchema.parse(structuredClone(report))).toEqual(report);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
