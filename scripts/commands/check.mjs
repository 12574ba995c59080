import { capture, run } from '../lib/children.mjs';
import { ensureDependencies } from '../lib/dependencies.mjs';
import { say, step } from '../lib/terminal.mjs';

const checks = [
  {
    name: 'format and style (biome)',
    command: ['biome', 'ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`],
  },
  { name: 'types (tsc)', command: ['tsc', '--noEmit', '--singleThreaded'] },
  { name: 'lint with types (oxlint)', command: ['oxlint'] },
  { name: 'unused code (knip)', command: ['knip', '--no-config-hints'] },
  { name: 'members that nobody reads', command: ['node', 'scripts/lint/check-members.mjs'] },
  {
    name: 'manifests and pipeline (keelson lint)',
    // This repository runs Keelson, and keeps annotations in spellings that Keel ignores.
    command: ['node', 'apps/cli/src/main.ts', 'lint', '--for=keelson', '--fail-on=warning', '--level=warning'],
  },
];

/** Every check is run, whatever the ones before it said. */
export async function check(args) {
  await ensureDependencies();
  if (args.includes('--fix')) {
    await run(['biome', 'check', '--write']);
    await run(['oxlint', '--fix']);
  }
  const failed = [];
  for (const { name, command } of checks) {
    const { code, output } = await step(
      name,
      () => capture(command),
      (result) => result.code === 0,
    );
    if (code === 0) continue;
    failed.push(command.join(' '));
    process.stdout.write(output);
  }
  if (failed.length > 0) say(`not clean: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}
