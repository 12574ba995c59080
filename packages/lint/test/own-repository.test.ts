import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { makeReport, readRepository } from '../src/index.ts';
import { line } from './support/found.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

it('raises no alarm over this repository, whose manifests are as its documents advise', async () => {
  const read = await readRepository(ROOT);
  const report = makeReport('.', read, { readers: ['keelson'] });

  expect(report.findings.filter(({ severity }) => severity !== 'info').map(line)).toEqual([]);
  expect(report.read.followed).toBeGreaterThanOrEqual(4);
  expect(read.subject.pipeline?.gaps).toEqual([]);
  expect(read.subject.pipeline?.pushes.length).toBeGreaterThanOrEqual(4);
});

it('knows how each Secret is made that nothing in this repository makes', async () => {
  const report = makeReport('.', await readRepository(ROOT), { readers: ['keelson'] });
  const secrets = report.findings.filter(({ code }) => code === 'secret-not-in-tree');

  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const { remedy } of secrets) expect(remedy).not.toContain('KEY=VALUE');
});
