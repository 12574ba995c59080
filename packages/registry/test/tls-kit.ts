import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OddServer } from './kit.ts';
import { observed } from './kit.ts';

const run = promisify(execFile);

/** A new key and self-signed certificate for 127.0.0.1, so that the repository holds no key. */
export async function selfSigned(): Promise<{ key: string; cert: string } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server over TLS that answers as the test says, and ends with the test. */
export function tlsServerFor(
  pair: { key: string; cert: string } | undefined,
  listener: RequestListener,
): Promise<OddServer> {
  return observed((onRequest) => createServer({ key: pair?.key, cert: pair?.cert }, onRequest), listener);
}
