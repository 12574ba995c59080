export type { Config, ConfigWarning, LogLevel } from './config.ts';
export { ConfigError, type ConfigProblem } from './config-error.ts';
export { hostEnvironment } from './host-environment.ts';
export { isLoopback, type ListenAddress } from './listen-address.ts';
export { type Environment, readConfig } from './read-config.ts';
