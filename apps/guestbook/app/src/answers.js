/** A response: `{ status, headers, body }`. */
export function json(status, value) {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${JSON.stringify(value)}\n` };
}

/** Redirects to the page, so that reloading it does not send the form again. */
export function toPage() {
  return { status: 303, headers: { location: '/' }, body: '' };
}

/** No response may be cached: there may be new entries. */
export function send(response, { status, headers, body }) {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
