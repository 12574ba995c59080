import type { HttpResponse } from './types.ts';

/** What a response says of its digest, as it says it; empty where it says nothing. */
export function digestHeader(headers: HttpResponse['headers']): string {
  return [headers['docker-content-digest'] ?? ''].flat().join(', ');
}
