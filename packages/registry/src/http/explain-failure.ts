import type { RegistryError } from '../errors.ts';
import { failed, gaveUp } from '../errors.ts';
import type { Deadlines } from '../options.ts';
import { EncodingError } from './decompress.ts';
import { LocalAddressError } from './guarded-connect.ts';
import { BodyTooLongError } from './read-body.ts';
import type { HttpRequest } from './types.ts';

/** Codes of a connection that ended before or within a response. */
const cuts = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const untrusted = 'its certificate is signed by an unknown authority; configure its CA';

const messages: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the DNS does not know its name',
  EAI_AGAIN: 'the DNS did not answer for its name',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not use TLS; declare a host with plain HTTP as insecure',
  UND_ERR_DESTROYED: 'the client was closed',
  UND_ERR_CLOSED: 'the client was closed',
};

export function isCut(error: unknown): boolean {
  return cuts.has(codeOf(error));
}

/** Whether what came is not HTTP. */
export function isNoHttp(error: unknown): boolean {
  return codeOf(error).startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError');
}

/** The RegistryError for a request without a whole response. `late`: the phase whose deadline passed, if one did. */
export function explain(
  cause: unknown,
  request: HttpRequest,
  late: 'headers' | 'body' | undefined,
  deadlines: Deadlines,
): RegistryError {
  if (request.signal?.aborted) return gaveUp(request, cause);
  const { method: unanswered } = request;
  if (late === 'headers') {
    return failed('timeout', request, `no response within ${seconds(deadlines.headersMs)}`, { cause, unanswered });
  }
  if (late === 'body') {
    return failed('timeout', request, `the response did not end within ${seconds(deadlines.bodyMs)}`, {
      cause,
      unanswered,
    });
  }
  if (cause instanceof BodyTooLongError) {
    const advice =
      'No more is read of it. Check that a registry is served at this address, or push a shorter manifest.';
    return failed('protocol', request, `the response has ${cause.message}`, { cause, unanswered, advice });
  }
  if (cause instanceof EncodingError)
    return failed('protocol', request, 'its gzip cannot be decompressed', { cause, unanswered });
  if (cause instanceof LocalAddressError) {
    const problem = `${request.url.host} is at ${cause.address}, an address of this machine or its link, where only declared registries get requests`;
    const advice = `If it is meant to be asked, name ${request.url.host} in KEELSON_INSECURE_REGISTRIES or, for TLS, in registries.yaml.`;
    return failed('configuration', request, problem, { cause, unanswered, advice });
  }
  const code = codeOf(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const problem = `connection timed out after ${seconds(deadlines.connectMs)}`;
    return failed('timeout', request, problem, { cause, unanswered, extent: 'host' });
  }
  if (isNoHttp(cause) || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_INVALID_ARG') {
    return failed('protocol', request, 'the response is not HTTP', { cause, unanswered });
  }
  if (isCut(cause)) return failed('unavailable', request, 'the connection was cut', { cause, unanswered });
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return failed('unavailable', request, 'the response is shorter than its Content-Length', { cause, unanswered });
  }
  const known = messages[code];
  if (known === undefined) return failed('unavailable', request, `no connection (${code})`, { cause, unanswered });
  return failed('unavailable', request, known, { cause, unanswered, extent: 'host' });
}

export function codeOf(error: unknown): string {
  // Node joins the errors of several addresses; the first one is enough.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first ? String(first.code) : 'unknown';
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
