import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';

/** An error page in plain words, which a browser reloads after a second. */
export function sayUnavailable(response: ServerResponse, status: 404 | 502 | 503, why: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(status === 404 ? {} : { 'retry-after': '1' }),
    'cache-control': 'no-store',
  });
  response.end(`${status} ${STATUS_CODES[status] ?? ''}\n\n${why}\n`);
}
