import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { capture } from '../lib/children.mjs';
import { root } from '../lib/root.mjs';

const pure = ['packages/core/src/deep', 'packages/image/src', 'packages/policy/src/deep', 'packages/rollout/src'];
const roomy = 'packages/kube/src';

/** Folder, a statement in it, and what the linters say about that. */
const cases = [
  ...pure.flatMap((folder) => [
    [folder, "import { readFile } from 'node:fs/promises';", 'no-restricted-imports'],
    [folder, "import fs from 'fs';", 'no-restricted-imports'],
    [folder, "import { request } from 'undici';", 'no-restricted-imports'],
    [folder, "import type { Job } from 'bullmq';", 'no-restricted-imports'],
    [folder, "export { Redis } from 'ioredis';", 'no-restricted-imports'],
    [folder, "const os = await import('node:os');", 'no-restricted-imports'],
    [folder, "import { startKube } from '@keelson/kube';", 'no-restricted-imports'],
    [folder, "import { startWorker } from '@keelson/worker';", 'no-restricted-imports'],
    [folder, "import { pin } from '../../../image/src/pin.ts';", 'no-restricted-imports'],
    [folder, 'const at = Date.now();', 'no-restricted-properties'],
    [folder, 'const at = new Date();', 'no clock'],
    [folder, 'const at = Date();', 'no clock'],
    [folder, 'const at = cron.nextRun();', 'no clock'],
    [folder, 'const at = performance.now();', 'no-restricted-globals'],
    [folder, 'const chance = Math.random();', 'no-restricted-properties'],
    [folder, 'const id = crypto.randomUUID();', 'no-restricted-globals'],
    [folder, 'setTimeout(next, 1);', 'no-restricted-globals'],
    [folder, 'setInterval(next, 1);', 'no-restricted-globals'],
    [folder, "const answer = await fetch('http://127.0.0.1');", 'no-restricted-globals'],
    [folder, 'const { env } = process;', 'no-restricted-globals'],
    [folder, 'const { env } = globalThis.process;', 'no-restricted-globals'],
    [folder, "import { sleep } from '@keelson/core/wait';", 'no-restricted-imports'],
    [folder, "import { z } from 'zod';", undefined],
    [folder, "import { toIsoTime } from '@keelson/core';", undefined],
    [folder, "import { pin } from '@keelson/image';", undefined],
    [folder, "import { pin } from './pin.ts';", undefined],
    [folder, "import { pin } from '../pin.ts';", undefined],
    [folder, 'const at = new Date(now);', undefined],
    [folder, 'const at = cron.nextRun(now);', undefined],
  ]),
  [roomy, "import { startWorker } from '@keelson/worker';", 'no-restricted-imports'],
  [roomy, "import { startApi } from '@keelson/api';", 'no-restricted-imports'],
  [roomy, "import { run } from '@keelson/cli';", 'no-restricted-imports'],
  [roomy, "import { startWorker } from '../../../apps/worker/src/index.ts';", 'no-restricted-imports'],
  [roomy, "import { pin } from '../../image/src/pin.ts';", 'no-restricted-imports'],
  [roomy, 'const { HOME } = process.env;', 'noProcessEnv'],
  [roomy, 'const at = Date.now();', undefined],
  [roomy, 'const at = new Date();', undefined],
  [roomy, "import { request } from 'undici';", undefined],
  ...['check', 'patch', 'verify', 'guard', 'reconcile', 'write-path'].map((folder) => [
    `apps/worker/src/${folder}`,
    `import { step } from '../${folder === 'patch' ? 'verify/verify' : 'patch/patch'}.ts';`,
    'no-restricted-imports',
  ]),
  ['apps/worker/src/verify', "import { directionOf } from '../write-path/direction.ts';", undefined],
  ['apps/worker/src/verify', "import { progressOf } from './progress.ts';", undefined],
  ['apps/worker/src/check', "import { pin } from '../../../../packages/image/src/pin.ts';", 'no-restricted-imports'],
  ['packages/simulator/src', "import { startRealCluster } from '@keelson/testkit';", 'noRestrictedImports'],
  ['apps/cli/src', "import { startRealCluster } from '@keelson/testkit';", 'noRestrictedImports'],
  ['apps/cli/src/testing', "import { startRealCluster } from '@keelson/testkit';", undefined],
  ['packages/e2e/src', "import { startRealCluster } from '@keelson/testkit';", undefined],
  ['packages/core/src/wait', 'setTimeout(next, 1);', undefined],
  [roomy, "import { sleep } from '@keelson/core/wait';", undefined],
  ['packages/config/src', 'const { HOME } = process.env;', undefined],
  ['packages/e2e/src', "import { startWorker } from '@keelson/worker';", undefined],
  ['apps/cli/src', "import { startWorker } from '@keelson/worker';", undefined],
  ['apps/cli/src', "import { startWorker } from '../../worker/src/index.ts';", 'no-restricted-imports'],
].map(([folder, statement, rule], index) => ({ file: `${folder}/case-${index}.ts`, statement, rule }));

let tree;
const said = new Map();

beforeAll(async () => {
  tree = mkdtempSync(join(tmpdir(), 'keelson-lint-'));
  for (const file of ['.oxlintrc.json', 'biome.json', 'scripts/lint/no-clock.grit']) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    copyFileSync(join(root, file), join(tree, file));
  }
  writeFileSync(join(tree, '.gitignore'), 'node_modules/\n');
  for (const { file, statement } of cases) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), `${statement}\n`);
  }

  const oxlint = await capture(['oxlint', '--format=json'], { cwd: tree });
  for (const { filename, code } of JSON.parse(oxlint.output).diagnostics) hear(filename, code);
  const biome = await capture(['biome', 'lint', '--reporter=json', '--max-diagnostics=none'], { cwd: tree });
  const { diagnostics } = JSON.parse(biome.output.split('\n').find((line) => line.startsWith('{')) ?? '');
  for (const { location, category, message } of diagnostics) hear(location.path, `${category} ${message}`);
});

afterAll(() => rmSync(tree, { recursive: true }));

function hear(file, text) {
  said.set(file, `${said.get(file) ?? ''}${text}\n`);
}

it.each(cases.filter(({ rule }) => rule))('boundaries: $statement in $file breaks $rule', ({ file, rule }) => {
  expect(said.get(file)).toContain(rule);
});

it.each(cases.filter(({ rule }) => !rule))('boundaries: $statement in $file is accepted', ({ file }) => {
  expect(said.get(file) ?? '').not.toMatch(/no-?restricted|noProcessEnv|no clock/i);
});
