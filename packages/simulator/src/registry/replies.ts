import type { Reply } from './call.ts';

/** An error body of the distribution specification (spec.md#error-codes). */
export function failure(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { errors: [{ code, message, detail: null }] }, headers);
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function methodNotAllowed(): Reply {
  return failure(405, 'UNSUPPORTED', 'the operation is unsupported');
}
