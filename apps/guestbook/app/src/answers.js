/** An answer: `{ status, headers, body }`. */
export function json(status, value) {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: `${JSON.stringify(value)}\n` };
}

/** Back to the page, so that to load it again does not send the form again. */
export function toPage() {
  return { status: 303, headers: { location: '/' }, body: '' };
}

/** Nothing here may be kept by a cache: somebody may have written since. */
export function send(response, { status, headers, body }) {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
