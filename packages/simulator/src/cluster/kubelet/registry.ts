import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Agent, request } from 'undici';
import { baseOf } from '../../registry/base-of.ts';
import { runtimeAccept } from '../../registry/media-types.ts';
import { fieldsOf, isFields, listOf } from '../json.ts';
import type { ImageName } from './image-name.ts';

/** The runtime's words for a pull that failed, as the kubelet puts them into the container's state. */
export class PullError extends Error {
  override readonly name = 'PullError';
  readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName';

  constructor(message: string, reason: PullError['reason'] = 'ErrImagePull', options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** containerd's error for a name that it could not resolve. */
export function unresolved({ full }: ImageName, why: string): PullError {
  return new PullError(`failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${why}`);
}

export interface PullerOptions {
  /**
   * Images, with host and tag, that a mirror before the nodes answers with the digest that it saw first, whatever is pushed since: K3s' embedded
   * registry and Spegel do that. A digest is pulled as it is. @default none
   */
  readonly keepsTag?: ((image: string) => boolean) | undefined;
  /** Headers of each request, for registries that require a token. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long a registry may take to answer, in milliseconds. @default 2000 */
  readonly timeoutMs?: number;
}

/** An image that is on a node. */
export interface PulledImage {
  /** Of the requested reference: the index where there is one. */
  readonly digest: string;
  readonly labels: Readonly<Record<string, string>>;
}

const userAgent = 'containerd/2.1.5';

/** A manifest of one platform. */
export interface PulledManifest {
  /** Of the requested reference: the index where there is one. */
  readonly digest: string;
  readonly manifest: unknown;
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
  readonly header: (name: string) => string | undefined;
}

function challengeIn(header: string | undefined): { scheme: string; values: Record<string, string> } {
  const [scheme = '', ...parts] = (header ?? '').split(' ');
  const rest = parts.join(' ');
  const values: Record<string, string> = {};
  for (const [, key = '', value = ''] of rest.matchAll(/(\w+)="([^"]*)"/g)) values[key] = value;
  return { scheme: scheme.toLowerCase(), values };
}

/** Pulls manifests and configurations over plain HTTP from the hosts it is given, as a container runtime behind mirrors does. */
export class RegistryPuller {
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #mirrors: Readonly<Record<string, string>>;
  /** What a digest holds never changes. */
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #keepsTag: (image: string) => boolean;
  /** By image: the digest of the first pull. */
  readonly #first = new Map<string, string>();

  constructor(
    mirrors: Readonly<Record<string, string>>,
    { headers = {}, timeoutMs = 2000, keepsTag = () => false }: PullerOptions = {},
  ) {
    this.#keepsTag = keepsTag;
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    this.#agent = new Agent({ connections: 32, keepAliveTimeout: 10_000, ...timeouts });
    this.#headers = headers;
    this.#mirrors = mirrors;
  }

  /** The base URL of a host; undefined: it has no mirror. */
  baseOf(host: string): string | undefined {
    return baseOf(host, this.#mirrors);
  }

  /** Throws PullError. */
  async pull(image: ImageName, credentials: string | undefined): Promise<PulledImage> {
    const keeps = image.digest === undefined && this.#keepsTag(image.full);
    const reference = (keeps ? this.#first.get(image.full) : undefined) ?? image.reference;
    const top = await this.#top({ ...image, reference }, credentials);
    if (keeps) this.#first.set(image.full, top.digest);
    const known = this.#labels.get(top.digest);
    if (known !== undefined) return { digest: top.digest, labels: known };
    const { digest, manifest } = await this.#resolve(image, top, credentials);
    const config = await this.blob(image, String(fieldsOf(fieldsOf(manifest)['config'])['digest']), credentials);
    const found = Object.entries(fieldsOf(fieldsOf(fieldsOf(parseJson(config))['config'])['Labels']));
    const labels = Object.fromEntries(found.map(([key, value]) => [key, String(value)]));
    this.#labels.set(digest, labels);
    return { digest, labels };
  }

  /** The manifest for this machine. Throws PullError. */
  async manifest(image: ImageName, credentials: string | undefined): Promise<PulledManifest> {
    return this.#resolve(image, await this.#top(image, credentials), credentials);
  }

  /** A configuration or a layer, whole and as it came: its digest is not checked. Throws PullError. */
  async blob(image: ImageName, digest: string, credentials: string | undefined): Promise<Buffer> {
    return (await this.#get(image, `blobs/${digest}`, credentials)).body;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #top(image: ImageName, credentials: string | undefined): Promise<{ digest: string; body: Buffer }> {
    const { body, header } = await this.#get(image, `manifests/${image.reference}`, credentials);
    const digest = header('docker-content-digest') ?? `sha256:${createHash('sha256').update(body).digest('hex')}`;
    return { digest, body };
  }

  /** Of an index the entry for linux/amd64, else its first; a manifest is itself. */
  async #resolve(
    image: ImageName,
    { digest, body }: { digest: string; body: Buffer },
    credentials: string | undefined,
  ): Promise<PulledManifest> {
    const top = parseJson(body);
    const entries = listOf(fieldsOf(top)['manifests']).filter(isFields);
    if (entries.length === 0) return { digest, manifest: top };
    const fits = (entry: unknown) => fieldsOf(fieldsOf(entry)['platform'])['architecture'] === 'amd64';
    const one = String((entries.find(fits) ?? entries[0])?.['digest']);
    return { digest, manifest: parseJson((await this.#get(image, `manifests/${one}`, credentials)).body) };
  }

  async #get(image: ImageName, path: string, credentials: string | undefined): Promise<Reply> {
    const url = `${this.baseOf(image.host) ?? ''}/v2/${image.repository}/${path}`;
    const failed = (why: string) => unresolved(image, why);
    let reply = await this.#request(url, undefined, failed);
    if (reply.status === 401)
      reply = await this.#request(url, await this.#authorization(image, reply, credentials, failed), failed);
    if (reply.status === 404) throw failed(`${image.full}: not found`);
    if (reply.status === 401 || reply.status === 403) {
      const why = 'pull access denied, repository does not exist or may require authorization';
      throw failed(`${why}: authorization failed: no basic auth credentials`);
    }
    if (reply.status >= 300) throw failed(`unexpected status from HEAD request to ${url}: ${statusLine(reply.status)}`);
    return reply;
  }

  async #authorization(
    image: ImageName,
    reply: Reply,
    credentials: string | undefined,
    failed: (why: string) => PullError,
  ): Promise<string | undefined> {
    const { scheme, values } = challengeIn(reply.header('www-authenticate'));
    const basic = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (scheme !== 'bearer') return basic;
    const url = new URL(values['realm'] ?? '');
    if (values['service'] !== undefined) url.searchParams.set('service', values['service']);
    url.searchParams.set('scope', values['scope'] ?? `repository:${image.repository}:pull`);
    const granted = await this.#request(url.href, basic, failed);
    if (granted.status !== 200)
      throw failed(
        `failed to authorize: failed to fetch ${basic === undefined ? 'anonymous' : 'oauth'} token: ` +
          `unexpected status from GET request to ${url.href}: ${statusLine(granted.status)}`,
      );
    const { token, access_token: accessToken } = fieldsOf(parseJson(granted.body));
    return `Bearer ${String(token ?? accessToken)}`;
  }

  async #request(url: string, authorization: string | undefined, failed: (why: string) => PullError): Promise<Reply> {
    try {
      const headers = {
        accept: runtimeAccept,
        'user-agent': userAgent,
        ...this.#headers,
        ...(authorization === undefined ? {} : { authorization }),
      };
      const { statusCode, headers: received, body } = await request(url, { dispatcher: this.#agent, headers });
      const bytes = Buffer.from(await body.arrayBuffer());
      const header = (name: string) => {
        const value = received[name];
        return Array.isArray(value) ? value[0] : value;
      };
      return { status: statusCode, body: bytes, header };
    } catch (error) {
      throw failed(`failed to do request: Head "${url}": ${reasonOf(error, new URL(url).host)}`);
    }
  }
}

/** As Go's client words it. */
function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
}

/** As Go's client words what went wrong on the wire. */
function reasonOf(error: unknown, host: string): string {
  const code = String(isFields(error) ? error['code'] : undefined);
  if (code === 'ECONNREFUSED') return `dial tcp ${host}: connect: connection refused`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `dial tcp ${host}: i/o timeout`;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'net/http: timeout awaiting response headers';
  if (code === 'UND_ERR_BODY_TIMEOUT') return 'context deadline exceeded';
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`;
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return `read tcp ${host}: connection reset by peer`;
  return error instanceof Error ? error.message : String(error);
}

function parseJson(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8'));
}
