import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@keelson/process';
import type { RedisServer } from '../server/start-redis.ts';
import { startRedis } from '../server/start-redis.ts';

/** The rights of the user `keelson`, as infrastructure/redis/redis.yaml gives them. */
export const rights = [
  ...['resetchannels', '~{keelson}:*', '-@all', '+@read', '+@write', '-@dangerous', '-scan', '-randomkey', '-dbsize'],
  ...['+eval', '+evalsha', '+multi', '+exec', '+discard', '+info', '+ping', '+auth', '+hello', '+select'],
  ...['+client|setname'],
];

export interface TlsRedis {
  readonly server: RedisServer;
  /** `rediss://keelson:PASSWORD@localhost:PORT` */
  readonly url: string;
  /** By another name of this machine, which the certificate does not have. */
  readonly misnamed: string;
  /** Path of the certificate, which is its own CA. */
  readonly ca: string;
  /** Without TLS, as a user that may do everything. */
  readonly admin: string;
  stop(): Promise<void>;
}

/** A Redis with TLS and the user `keelson`; who comes without either is refused. Its plain port is for the test itself. */
export async function startTlsRedis(password: string): Promise<TlsRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-tls-'));
  const [key, ca] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=redis', '-addext', 'subjectAltName=DNS:redis,DNS:localhost', '-keyout', key, '-out', ca],
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const server = await startRedis({
    args: [
      ...['--tls-port', `${port}`, '--tls-cert-file', ca, '--tls-key-file', key, '--tls-auth-clients', 'no'],
      ...['--user', 'default', 'off', '--user', 'keelson', 'on', `>${password}`, ...rights],
      ...['--user', 'admin', 'on', '>of-the-test', '~*', '&*', '+@all'],
    ],
  });
  return {
    server,
    url: `rediss://keelson:${encodeURIComponent(password)}@localhost:${port}`,
    misnamed: `rediss://keelson:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    ca,
    admin: server.url.replace('//', '//admin:of-the-test@'),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
