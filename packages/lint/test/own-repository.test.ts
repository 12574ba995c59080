import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { makeReport, readRepository } from '../src/index.ts';
import { line } from './support/found.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it('lint finds no warning and no error in this repository', async () => {
  const read = await readRepository(root);
  const report = makeReport('.', read, { readers: ['keelson'] });

  expect(report.findings.filter(({ severity }) => severity !== 'info').map(line)).toEqual([]);
  expect(report.read.followed).toBeGreaterThanOrEqual(4);
  expect(read.subject.pipeline?.gaps).toEqual([]);
  expect(read.subject.pipeline?.pushes.length).toBeGreaterThanOrEqual(4);
});

it('lint names the command for each Secret that nothing in this repository creates', async () => {
  const report = makeReport('.', await readRepository(root), { readers: ['keelson'] });
  const secrets = report.findings.filter(({ code }) => code === 'secret-not-in-tree');

  expect(secrets.length).toBeGreaterThanOrEqual(3);
  for (const { remedy } of secrets) expect(remedy).not.toContain('KEY=VALUE');
});
