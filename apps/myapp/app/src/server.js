import { createServer } from 'node:http';

/** The app: its health at /api/health, and one line about itself everywhere else. */
export function createApp({ buildTime = 'unknown' } = {}) {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/api/health') return reply(response, 200, 'application/json', JSON.stringify({ status: 'ok' }));
    if (pathname === '/') return reply(response, 200, 'text/plain', `myapp, built ${buildTime}\n`);
    return reply(response, 404, 'text/plain', 'not found\n');
  });
}

function reply(response, status, type, body) {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}
