import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { Agent, request as send } from 'undici';
import { isFields } from './cluster/json.ts';

/** Address and credentials of an API server, simulated or real. */
export interface ApiAccess {
  readonly server: string;
  readonly token: string;
  /** The certificate authority, PEM. Absent: plain HTTP. */
  readonly ca?: string;
}

/** The reply of an API server. */
export interface ApiReply {
  readonly status: number;
  /** The parsed JSON; empty when the reply is not a JSON object. */
  readonly body: Record<string, unknown>;
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Plain requests to an API server, without retries: for simulated controllers and for tests, beside the client that is tested. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #agent: Agent;
  readonly #watches: Agent;
  readonly #pause: (() => number) | undefined;

  /** @param pause - milliseconds to wait before each request @default none */
  constructor(access: ApiAccess, pause?: () => number) {
    this.#access = access;
    this.#pause = pause;
    // Handshakes cost more than requests: few connections are made and all are kept, and the certificate is read once.
    const connect = access.ca === undefined ? {} : { secureContext: createSecureContext({ ca: access.ca }) };
    const options = { allowH2: false, keepAliveTimeout: 60_000, connect };
    this.#agent = new Agent({ ...options, connections: 4 });
    // Nothing may change for long, and undici would end the watch.
    this.#watches = new Agent({ ...options, bodyTimeout: 0 });
  }

  /** Returns whatever the server replies, errors too. */
  async request(method: Method, path: string, sent?: unknown, contentType = 'application/json'): Promise<ApiReply> {
    const { server, token } = this.#access;
    if (this.#pause) await sleep(this.#pause());
    const response = await send(server + path, {
      dispatcher: this.#agent,
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType, 'user-agent': 'simulator/1.0' },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await response.body.text();
    const isJson = response.headers['content-type']?.includes('application/json') === true;
    const body: unknown = isJson ? JSON.parse(text) : {};
    return { status: response.statusCode, body: isFields(body) ? body : {} };
  }

  /** As `request`, for what must succeed. @returns the body. @throws Error with the server's message */
  async do(method: Method, path: string, sent?: unknown, contentType?: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.request(method, path, sent, contentType);
    if (status < 300) return body;
    throw new Error(`${method} ${path} failed with ${status}: ${JSON.stringify(body['message'] ?? 'no message')}`);
  }

  /** The events of a watch as they arrive, until it ends. @throws when the connection breaks */
  async *watch(path: string): AsyncGenerator<WatchEvent> {
    const { server, token } = this.#access;
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'simulator/1.0' };
    const response = await send(`${server}${path}${path.includes('?') ? '&' : '?'}watch=true`, {
      dispatcher: this.#watches,
      headers,
    });
    let rest = '';
    for await (const text of response.body.setEncoding('utf8')) {
      const lines = (rest + String(text)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event: unknown = JSON.parse(line);
        if (isFields(event)) yield { type: String(event['type']), object: event['object'] };
      }
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#watches.destroy()]);
  }
}
