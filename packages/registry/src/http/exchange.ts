import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Deadlines } from '../options.ts';
import { readBody } from './body.ts';
import { explain, isCut } from './explain.ts';

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The registry on whose behalf this is sent, and what was asked of it: for messages. */
  readonly host: string;
  readonly asked: string;
  readonly maxBodyBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * One request and its whole answer, within the deadlines. A connection that was cut before any answer is tried once more: the server
 * may have closed it while it was idle, which is nobody's trouble.
 *
 * @throws RegistryError of code `timeout`, `unavailable` or `protocol`
 */
export async function exchange(dispatcher: Dispatcher, deadlines: Deadlines, request: Request): Promise<Answer> {
  const deadline = new AbortController();
  const signal = request.signal === undefined ? deadline.signal : AbortSignal.any([request.signal, deadline.signal]);
  let timer = setTimeout(() => deadline.abort(), deadlines.headersMs);
  let phase: 'headers' | 'body' = 'headers';
  try {
    const response = await send(dispatcher, request, signal);
    clearTimeout(timer);
    phase = 'body';
    timer = setTimeout(() => deadline.abort(), deadlines.bodyMs);
    const body = await readBody(response.body, request.maxBodyBytes);
    return { status: response.statusCode, headers: response.headers, body };
  } catch (cause) {
    throw explain(cause, request, deadline.signal.aborted ? phase : undefined, deadlines);
  } finally {
    clearTimeout(timer);
  }
}

async function send(dispatcher: Dispatcher, request: Request, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { method, url, headers, body } = request;
  const path = `${url.pathname}${url.search}`;
  const options = { origin: url.origin, path, method, headers, signal, ...(body === undefined ? {} : { body }) };
  try {
    return await dispatcher.request(options);
  } catch (error) {
    if (!isCut(error) || method === 'POST' || signal.aborted) throw error;
    return await dispatcher.request(options);
  }
}
