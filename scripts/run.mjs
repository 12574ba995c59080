// Sets up what is missing and runs the rest under the project's own Node. No dependencies; runs on Node 18 and later.
import { bench } from './commands/bench.mjs';
import { check } from './commands/check.mjs';
import { cli } from './commands/cli.mjs';
import { setup } from './commands/setup.mjs';
import { test } from './commands/test.mjs';
import { SetupError } from './lib/setup-error.mjs';
import { say } from './lib/terminal.mjs';

const commands = {
  demo: { run: cli('demo'), description: 'everything in one process tree: no cluster, no Docker' },
  start: { run: cli('up'), description: 'API and worker, on the cluster of KUBECONFIG or in-cluster' },
  off: { run: cli('off'), description: 'take what Keelson wrote out of a workload: off -- myapp/deployment/myapp' },
  keelson: { run: cli(), description: 'the command line: keelson -- lint, keelson -- doctor, keelson -- help' },
  'new-app': {
    run: cli('new-app'),
    description: 'write a new app into apps/, built by CI and applied by Flux: new-app -- NAME',
  },
  test: { run: test, description: 'every test; name packages to run theirs only: test -- image queue' },
  check: {
    run: check,
    description: 'format, types, lint, unused code, manifests and pipeline; --fix fixes what it can',
  },
  bench: { run: bench, description: 'the benchmarks, one after another; --full for all of their sizes' },
  setup: { run: setup, description: 'only set up what the others need' },
};

function usage() {
  const lines = Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(7)} ${description}`);
  return `usage: node scripts/run.mjs COMMAND [-- ARGUMENTS]\n${lines.join('\n')}`;
}

const [name, ...rest] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (!command) {
  console.error(usage());
  process.exit(2);
}

try {
  process.exitCode = await command.run(rest[0] === '--' ? rest.slice(1) : rest);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  if (error.remedy) say(error.remedy);
  process.exitCode = 1;
}
