import { createInterface } from 'node:readline';
import { Agent, request as send } from 'undici';
import { isFields } from './cluster/json.ts';

/** Where an API server is, and how to get in: both clusters of this package have it. */
export interface ApiAccess {
  readonly server: string;
  readonly token: string;
  /** The certificate authority, PEM. Absent over plain HTTP. */
  readonly ca?: string;
}

export interface ApiReply {
  readonly status: number;
  /** What JSON says; empty where the answer is none. */
  readonly body: Record<string, unknown>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Plain requests to an API server, every answer as it comes: for what plays a part beside the one that is tested. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#agent = new Agent({ allowH2: false, connect: access.ca === undefined ? {} : { ca: access.ca } });
  }

  async request(method: Method, path: string, sent?: unknown, contentType = 'application/json'): Promise<ApiReply> {
    const { server, token } = this.#access;
    const answer = await send(server + path, {
      dispatcher: this.#agent,
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType, 'user-agent': 'testkit/1.0' },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await answer.body.text();
    const isJson = answer.headers['content-type']?.includes('application/json') === true;
    const body: unknown = isJson ? JSON.parse(text) : {};
    return { status: answer.statusCode, body: isFields(body) ? body : {} };
  }

  /** As `request`, for what must succeed. Throws what the server says when it does not. */
  async do(method: Method, path: string, sent?: unknown, contentType?: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.request(method, path, sent, contentType);
    if (status < 300) return body;
    throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(body['message'] ?? 'no message')}`);
  }

  /** The objects of a watch as they come, until it ends. Throws where it is cut. */
  async *watch(path: string): AsyncGenerator {
    const { server, token } = this.#access;
    const headers = { authorization: `Bearer ${token}`, 'user-agent': 'testkit/1.0' };
    const answer = await send(`${server}${path}${path.includes('?') ? '&' : '?'}watch=true`, {
      dispatcher: this.#agent,
      headers,
    });
    for await (const line of createInterface({ input: answer.body })) {
      const event: unknown = JSON.parse(line);
      if (isFields(event)) yield event['object'];
    }
  }

  /** Cuts what is still open. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
