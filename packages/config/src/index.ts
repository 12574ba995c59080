export type { Config, ConfigWarning, LogLevel } from './config.ts';
export { ConfigError, type ConfigProblem } from './config-error.ts';
export { isLoopback, type ListenAddress } from './listen-address.ts';
export { programPath } from './program-path.ts';
export { type Environment, readConfig } from './read-config.ts';
