import type { RequestOptions } from 'node:https';
import { optional } from '../fields.ts';
import type { ConfigSource } from './cluster-config.ts';
import { loadConfig } from './cluster-config.ts';
import { KubeError } from './kube-error.ts';

/** Address and credentials of the API server, as the configuration says now. */
export interface Credentials {
  readonly server: string;
  readonly proxyUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<
    RequestOptions,
    'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
  >;
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // A token file usually ends in a newline, which no header may hold.
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim();
  }
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

export interface CredentialSource {
  readonly server: string;
  /** @param refusedAt (performance.now()) when credentials were refused: only newer ones are returned */
  get(refusedAt?: number): Promise<Credentials>;
}

/** Credentials are cached this long; exec plugins and token files are then read again, because tokens rotate. */
const keptMs = 10_000;

/**
 * The credentials of a configuration, cached for ten seconds. After a 401 the kubeconfig itself is read again too: K3s and cloud tools rewrite it
 * in place.
 */
export async function credentialsOf(source: ConfigSource): Promise<CredentialSource> {
  let loaded = await loadConfig(source);
  let kept: { readonly at: number; readonly credentials: Promise<Credentials> } | undefined;

  async function read(refresh: boolean): Promise<Credentials> {
    if (refresh) loaded = await loadConfig(source);
    const options: RequestOptions = {};
    // The cause is left out: an exec plugin's stderr may hold anything.
    const got = await loaded.config.applyToHTTPSOptions(options).then(
      () => true,
      () => false,
    );
    if (!got) {
      throw new KubeError(
        `The credentials for ${loaded.server} cannot be read. Try the kubeconfig's exec plugin, token file or certificate by hand, for example with "kubectl version".`,
        { code: 'no-config' },
      );
    }
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const { server, proxyUrl } = loaded;
    return { server, headers: headersOf(options), tls, ...optional('proxyUrl', proxyUrl) };
  }

  return {
    get server() {
      return loaded.server;
    },
    get(refusedAt = -Infinity) {
      const now = performance.now();
      const refused = kept !== undefined && kept.at <= refusedAt;
      if (kept !== undefined && !refused && now - kept.at < keptMs) return kept.credentials;
      const credentials = read(refused);
      kept = { at: now, credentials };
      credentials.catch(() => {
        if (kept?.credentials === credentials) kept = undefined;
      });
      return credentials;
    },
  };
}
