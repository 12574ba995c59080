import { bounds } from '@keelson/core';
import type { RegistriesConfig } from './registries-file/types.ts';

/** How long a registry may take. Milliseconds. */
export interface Deadlines {
  /** Until the connection is established, TLS included. @default 3000 */
  readonly connectMs: number;
  /** From the start of a request, connecting included, to the response's headers. @default 5000 */
  readonly headersMs: number;
  /** From the headers to the end of the body. @default 10000 */
  readonly bodyMs: number;
}

/** Static messages with fields, as pino takes them. No field holds a credential or a token. */
export interface RegistryLog {
  warn(fields: object, message: string): void;
}

export interface RegistryClientOptions {
  /** Mirrors, rewrites and node credentials in the form of K3s. @default none */
  readonly registries?: RegistriesConfig;
  /**
   * Where a registry has mirrors, use only these and never the registry itself, as K3s does with `--disable-default-registry-endpoint`.
   * @default false
   */
  readonly mirrorsOnly?: boolean;
  /**
   * Registries accessed over plain HTTP: hosts with their ports, `*` for all ports. Those on this machine and its link get requests only where they are
   * named here or in `registries`; they may speak TLS too. @default none
   */
  readonly insecureHosts?: readonly string[];
  /** @default 'keelson' */
  readonly userAgent?: string;
  readonly deadlines?: Partial<Deadlines>;
  /** The largest body that is read. What is known to be shorter has smaller bounds. @default 1 MiB, a quarter of what registries accept as a manifest */
  readonly maxBodyBytes?: number;
  /**
   * Requests of one namespace to one host at the same time; all namespaces together may have a quarter more. What is read of content does not stand
   * in line with tags. @default 16
   */
  readonly perHostConcurrency?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** From 0 to 1, for the jitter of pauses. @default Math.random */
  readonly random?: () => number;
  /** @default none */
  readonly log?: RegistryLog;
}

/** The options with all defaults filled in. */
export interface Settings extends Required<Omit<RegistryClientOptions, 'deadlines' | 'log'>> {
  readonly deadlines: Deadlines;
  readonly log: RegistryLog;
}

export function settingsOf(options: RegistryClientOptions): Settings {
  return {
    registries: { mirrors: {}, configs: {} },
    mirrorsOnly: false,
    userAgent: 'keelson',
    maxBodyBytes: bounds.manifestBytes,
    perHostConcurrency: 16,
    now: Date.now,
    random: Math.random,
    log: silent,
    ...options,
    insecureHosts: (options.insecureHosts ?? []).map((host) => host.toLowerCase()),
    deadlines: { connectMs: 3_000, headersMs: 5_000, bodyMs: 10_000, ...options.deadlines },
  };
}

const silent: RegistryLog = { warn: () => undefined };
