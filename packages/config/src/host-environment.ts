import type { Environment } from './read-config.ts';

/** The environment of whoever started this, for what is started in turn: nothing of ours is configured by it. */
export function hostEnvironment(): Environment {
  return { ...process.env };
}
