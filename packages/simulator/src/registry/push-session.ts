import { z } from 'zod';

const tokenAnswer = z.object({ token: z.string() });

/** A registry to push to: any URL, or what `startRegistry` and `startDebianRegistry` return. */
export interface PushTarget {
  readonly url: string;
  readonly pushHeaders?: Readonly<Record<string, string>>;
  readonly credentials?: { readonly username: string; readonly password: string };
}

export interface PushRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Sends the requests of one push, and authenticates when the registry requires it. */
export class PushSession {
  readonly #target: PushTarget;
  #authorization: string | undefined;

  constructor(target: PushTarget) {
    this.#target = target;
  }

  /** Returns the drained response; throws where the status is none of `expected`. */
  async send(path: string, request: PushRequest, expected: readonly number[]): Promise<Response> {
    const url = new URL(path, this.#target.url);
    const first = await this.#try(url, request);
    const challenge = first.headers.get('www-authenticate');
    if (first.status === 401 && challenge !== null) this.#authorization = await this.#signIn(challenge);
    const response = first.status === 401 ? await this.#try(url, request) : first;
    if (!expected.includes(response.status)) {
      throw new Error(`${request.method} ${url.pathname} failed with ${response.status}`);
    }
    return response;
  }

  async #try(url: URL, { method, headers = {}, body }: PushRequest): Promise<Response> {
    const authorization = this.#authorization === undefined ? {} : { authorization: this.#authorization };
    const all = { ...this.#target.pushHeaders, ...headers, ...authorization };
    const response = await fetch(url, {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    await response.arrayBuffer();
    return response;
  }

  async #signIn(challenge: string): Promise<string> {
    const basic = this.#basic();
    const part = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = part('realm');
    if (!/^bearer/i.test(challenge) || realm === undefined) return basic ?? '';
    const url = new URL(realm);
    for (const name of ['service', 'scope']) url.searchParams.set(name, part(name) ?? '');
    const response = await fetch(url, { headers: basic === undefined ? {} : { authorization: basic } });
    if (!response.ok) throw new Error(`the token server answered ${response.status}`);
    const { token } = tokenAnswer.parse(await response.json());
    return `Bearer ${token}`;
  }

  #basic(): string | undefined {
    const { credentials } = this.#target;
    if (credentials === undefined) return undefined;
    return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  }
}
