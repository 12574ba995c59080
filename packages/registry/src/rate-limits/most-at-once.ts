import type { Settings } from '../options.ts';

/** Of the requests that a namespace may have running at a host, this part more is kept for the others. */
const forOthers = 0.25;

/** How many requests of one kind a host gets at the same time, of all namespaces together. */
export function mostAtOnce({ perHostConcurrency }: Pick<Settings, 'perHostConcurrency'>): number {
  return perHostConcurrency + Math.ceil(perHostConcurrency * forOthers);
}
