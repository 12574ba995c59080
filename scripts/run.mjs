// Sets up what is missing and runs the rest under the project's own Node. No dependencies; runs on Node 18 and later.
import { bench } from './commands/bench.mjs';
import { check } from './commands/check.mjs';
import { cli } from './commands/cli.mjs';
import { setup } from './commands/setup.mjs';
import { test } from './commands/test.mjs';
import { SetupError } from './lib/setup-error.mjs';
import { say } from './lib/terminal.mjs';

const commands = {
  demo: { run: cli('demo'), tells: 'everything in one process tree: no cluster, no Docker' },
  start: { run: cli('up'), tells: 'API and worker, on the cluster of KUBECONFIG or in-cluster' },
  off: { run: cli('off'), tells: 'take what Keelson wrote out of a workload: off -- myapp/deployment/myapp' },
  keelson: { run: cli(), tells: 'the command line: keelson -- lint, keelson -- doctor, keelson -- help' },
  'new-app': {
    run: cli('new-app'),
    tells: 'write a new app into apps/, built by CI and applied by Flux: new-app -- NAME',
  },
  test: { run: test, tells: 'every test; name packages to run theirs only: test -- image queue' },
  check: {
    run: check,
    tells: 'format, types, lint, unused code, manifests and pipeline; --fix mends what can be mended',
  },
  bench: { run: bench, tells: 'the benchmarks, one after another; --full for all of their sizes' },
  setup: { run: setup, tells: 'only set up what the others need' },
};

function usage() {
  const lines = Object.entries(commands).map(([name, { tells }]) => `  ${name.padEnd(7)} ${tells}`);
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
