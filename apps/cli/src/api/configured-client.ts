import { readConfig } from '@keelson/config';
import type { Client } from './client.ts';
import { createClient } from './client.ts';

/**
 * The API at an address; without one, at the address on which Keelson's own settings have it listen. The token is that of the settings.
 *
 * @throws ConfigError when a setting cannot be read
 */
export function configuredClient(api?: string): Client {
  const { listen, token } = readConfig();
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  const url = (api ?? `http://${host}:${listen.port}`).replace(/\/+$/, '');
  return createClient({ url, ...(token !== undefined && { token }) });
}
