import type { Credential } from '../types.ts';

/** The content of a K3s registries.yaml (docs.k3s.io, Private Registry Configuration). */
export interface RegistriesConfig {
  /** By registry host as images name it; `*` for every registry without an entry of its own. */
  readonly mirrors: Readonly<Record<string, Mirror>>;
  /** By the host of an endpoint, with its port; `*` for registries without an entry, but not for mirrors. */
  readonly configs: Readonly<Record<string, HostConfig>>;
}

export interface Mirror {
  /** Tried in order, then the registry itself. */
  readonly endpoints: readonly MirrorEndpoint[];
  /** The first one whose pattern changes the repository's path is used, for these endpoints only. */
  readonly rewrites: readonly Rewrite[];
}

export interface MirrorEndpoint {
  /** Host with its port. */
  readonly host: string;
  /** The URL before `/<repository>/manifests/…`, without a slash at its end: `http://127.0.0.1:5000/v2`. */
  readonly base: string;
  /** That it is accessed over plain HTTP is nobody's word: it is on loopback, and has no scheme. */
  readonly guessed?: true;
}

export interface Rewrite {
  /** The repository's path with this rewrite applied, or unchanged. */
  apply(repository: string): string;
}

export interface HostConfig {
  readonly credential?: Credential;
  /** Accept any certificate. */
  readonly insecureSkipVerify: boolean;
  /** PEM: what the file at `ca_file` holds, if the caller could read it. */
  readonly ca?: string;
}
