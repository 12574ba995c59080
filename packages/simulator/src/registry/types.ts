import type { IncomingHttpHeaders } from 'node:http';
import type { Faults } from './faults.ts';

/** How clients authenticate. `users`: passwords by name. */
export type RegistryAuth =
  | { readonly type: 'none' }
  | { readonly type: 'basic'; readonly users: Readonly<Record<string, string>> }
  | BearerAuth;

/** Token authentication with the registry's own `/token` endpoint (distribution docs, spec/auth/token.md and oauth.md). */
export interface BearerAuth {
  readonly type: 'bearer';
  readonly users?: Readonly<Record<string, string>>;
  /** Refresh tokens taken by the oauth2 form of the endpoint. */
  readonly identityTokens?: readonly string[];
  /** Whether tokens to pull are given without credentials. @default true when there are no users */
  readonly anonymous?: boolean;
  /** Seconds; 'unsaid' leaves `expires_in` out, so that a client must take the 60 s of the specification. @default 300 */
  readonly expiresIn?: number | 'unsaid';
  /** Where the challenge sends clients. @default the registry's own `/token` */
  readonly realm?: string;
  /** Which repositories a user may use. @default every one */
  readonly allow?: (user: string | undefined, repository: string, action: string) => boolean;
}

/** Where distribution notifications go. */
export interface NotifyEndpoint {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RegistryOptions {
  /** @default { type: 'none' } */
  readonly auth?: RegistryAuth;
  /** @default none */
  readonly notify?: readonly NotifyEndpoint[];
  /** @default 0: any free port */
  readonly port?: number;
  /** Milliseconds since the epoch, for the lifetime of tokens. @default Date.now */
  readonly now?: () => number;
}

/** One request as it arrived; `status` is set once it was served. */
export interface RequestRecord {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Milliseconds since the epoch. */
  readonly time: number;
  status?: number;
}

/** A running registry on loopback. */
export interface RegistryServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Oldest first, at most the last 100,000; `pushImage` given this registry leaves no trace here. Empty it with `requests.length = 0`. */
  readonly requests: RequestRecord[];
  readonly faults: Faults;
  /** Tokens given out so far. */
  readonly tokensIssued: number;
  /** Headers that pass authentication, faults and the log: `pushImage` sends them. */
  readonly pushHeaders: Readonly<Record<string, string>>;
  /** May be called again. */
  stop(): Promise<void>;
}
