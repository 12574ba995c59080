import { once } from 'node:events';
import { createApp } from '../src/server.js';

/** The app on a free port, and a way to send it requests. */
export async function start(about) {
  const app = createApp({
    name: 'shop',
    version: '1.2.3',
    commit: '0123456789abcdef0123456789abcdef01234567',
    buildTime: '2026-01-02T03:04:05Z',
    environment: 'staging',
    pod: 'shop-1',
    ...about,
  });
  await once(app.server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${app.server.address().port}`;
  return { ...app, url, get: (path, options) => fetch(`${url}${path}`, options) };
}
