import { runTurbo } from '../lib/children.mjs';
import { setup } from './setup.mjs';

/** One package at a time: two at once would measure each other. */
export async function bench(args) {
  await setup();
  return runTurbo(['run', 'bench', '--concurrency=1', '--output-logs=full', '--', ...args]);
}
