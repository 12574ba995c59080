import { runNode } from '../lib/children.mjs';
import { setup } from './setup.mjs';

/**
 * V8 collects only when garbage is several times as large as the live objects: a small heap that grows slowly keeps 1,000 workloads under 200 MB.
 * The worker's manifest has the same flags.
 */
const smallHeap = ['--max-semi-space-size=2', '--initial-old-space-size=48', '--heap-growing-percent=25'];

/** Runs `keelson COMMAND …` from its source; without a command given here, the arguments name it. */
export function cli(...command) {
  return async (args) => {
    await setup();
    return runNode([...smallHeap, 'apps/cli/src/main.ts', ...command, ...args]);
  };
}
