import type { IncomingHttpHeaders } from 'node:http';
import { bounds } from '@keelson/core';
import type { Dispatcher } from 'undici';
import type { Deadlines } from '../options.ts';
import { decompress } from './decompress.ts';
import { explain, isCut } from './explain-failure.ts';
import { readBody, readStart } from './read-body.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

/**
 * Sends one request and reads the whole response, within the deadlines. When the connection was cut before any response, it tries once more:
 * the server may have closed it while it was idle.
 *
 * @throws RegistryError of code `timeout`, `unavailable` or `protocol`
 */
export async function exchange(
  dispatcher: Dispatcher,
  deadlines: Deadlines,
  request: HttpRequest,
): Promise<HttpResponse> {
  const deadline = new AbortController();
  const signal = request.signal === undefined ? deadline.signal : AbortSignal.any([request.signal, deadline.signal]);
  let timer = setTimeout(() => deadline.abort(), deadlines.headersMs);
  let phase: 'headers' | 'body' = 'headers';
  try {
    const response = await send(dispatcher, request, signal);
    clearTimeout(timer);
    phase = 'body';
    timer = setTimeout(() => deadline.abort(), deadlines.bodyMs);
    const body = await (response.statusCode === 200 ? bodyOf(response, request) : startOf(response));
    return { method: request.method, status: response.statusCode, headers: joined(response.headers), body };
  } catch (cause) {
    throw explain(cause, request, deadline.signal.aborted ? phase : undefined, deadlines);
  } finally {
    clearTimeout(timer);
  }
}

async function bodyOf({ headers, body }: Dispatcher.ResponseData, request: HttpRequest): Promise<Buffer> {
  const { method, maxBodyBytes: limit, inLine } = request;
  const declared = method === 'HEAD' ? undefined : Number(headers['content-length'] ?? 0);
  const read = await readBody(body, { limit, declared, ...(inLine && { inLine }) });
  return decompress(read, encodingOf(headers), { limit, inLine: request.toDecompress });
}

/** Enough of an error to say what it is; of one that is unreadable nothing. */
async function startOf({ headers, body }: Dispatcher.ResponseData): Promise<Buffer> {
  const read = await readStart(body, bounds.errorBodyBytes);
  return decompress(read, encodingOf(headers), { limit: bounds.errorBodyBytes }).catch(() => Buffer.alloc(0));
}

/** Each header as one text, as RFC 9110 §5.3 joins those that were sent twice: no registry sends one twice that is read here, but who attacks does. */
function joined(headers: Dispatcher.ResponseData['headers']): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function encodingOf(headers: Dispatcher.ResponseData['headers']): string {
  return [headers['content-encoding'] ?? ''].flat().join(', ');
}

async function send(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const { method, url, headers, body } = request;
  const path = `${url.pathname}${url.search}`;
  // By default undici closes the connection after each HEAD.
  const options = {
    origin: url.origin,
    reset: false,
    path,
    method,
    headers,
    signal,
    ...(body !== undefined && { body }),
  };
  try {
    return await dispatcher.request(options);
  } catch (error) {
    if (!isCut(error) || method === 'POST' || signal.aborted) throw error;
    return await dispatcher.request(options);
  }
}
