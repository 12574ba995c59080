import type { Environment } from './read-config.ts';

/** A copy of this process's environment, for child processes. Settings of Keelson are read by `readConfig` only. */
export function hostEnvironment(): Environment {
  return { ...process.env };
}
