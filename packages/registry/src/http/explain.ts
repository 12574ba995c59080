import type { RegistryError } from '../errors.ts';
import { failed, gaveUp } from '../errors.ts';
import type { Deadlines } from '../options.ts';
import { TooLong } from './body.ts';
import type { Request } from './exchange.ts';

/** A connection that ended before or within an answer. */
const cuts = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const untrusted = 'nobody that is trusted here signed its certificate; its CA has to be given';

const messages: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known to the DNS',
  EAI_AGAIN: 'the DNS gave no answer for its name',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS; a host of plain HTTP has to be declared insecure',
  UND_ERR_DESTROYED: 'the client was closed',
  UND_ERR_CLOSED: 'the client was closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was shorter than it said',
};

export function isCut(error: unknown): boolean {
  return cuts.has(codeOf(error));
}

/** The RegistryError for an exchange that gave no whole answer. `late` is the phase whose deadline passed, if one did. */
export function explain(
  cause: unknown,
  request: Request,
  late: 'headers' | 'body' | undefined,
  deadlines: Deadlines,
): RegistryError {
  if (request.signal?.aborted) return gaveUp(request, cause);
  if (late === 'headers') {
    return failed('timeout', request, `no answer came within ${seconds(deadlines.headersMs)}`, { cause });
  }
  if (late === 'body') {
    return failed('timeout', request, `the answer did not end within ${seconds(deadlines.bodyMs)}`, { cause });
  }
  if (cause instanceof TooLong) return failed('protocol', request, `the answer has ${cause.message}`, { cause });
  const code = codeOf(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return failed('timeout', request, `no connection came about within ${seconds(deadlines.connectMs)}`, { cause });
  }
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_INVALID_ARG') {
    return failed('protocol', request, 'the answer is no HTTP', { cause });
  }
  const came = isCut(cause) ? 'the connection was cut' : (messages[code] ?? `no connection (${code})`);
  return failed('unavailable', request, came, { cause });
}

function codeOf(error: unknown): string {
  // Node joins the errors of several addresses; the first one tells enough.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first ? String(first.code) : 'unknown';
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
