import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readRegistries } from '../src/index.ts';
import { clientFor, imageAt } from './kit.ts';

const run = promisify(execFile);
const digest = `sha256:${'a'.repeat(64)}`;

/** A new key and self-signed certificate for 127.0.0.1, so that the repository holds no key. */
async function selfSigned(): Promise<{ key: string; cert: string } | undefined> {
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

const refused = { code: 'unavailable', message: expect.stringContaining('signed by an unknown authority') };
const pair = await selfSigned();

// Without openssl on PATH there is no certificate to test with; the tests then say that they are skipped.
it.skipIf(pair === undefined).each([
  { name: 'the client refuses a self-signed certificate', tls: {}, expected: refused },
  { name: 'the client trusts the CA of registries.yaml', tls: { ca_file: 'ca.pem' }, expected: { digest } },
  {
    name: 'the client accepts any certificate with insecure_skip_verify',
    tls: { insecure_skip_verify: true },
    expected: { digest },
  },
])('$name', async ({ tls, expected }) => {
  const server = createServer({ key: pair?.key, cert: pair?.cert }, (_, response) => {
    const headers = {
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'docker-content-digest': digest,
    };
    response.writeHead(200, headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const file = { mirrors: { [host]: { endpoint: [`https://${host}`] } }, configs: { [host]: { tls } } };
  const registries = readRegistries(JSON.stringify(file), { readCa: () => pair?.cert ?? '' });
  const client = clientFor({ registries, mirrorsOnly: true });

  const outcome = await client.observe(imageAt({ host })).catch((error: unknown) => error);

  expect(outcome).toMatchObject(expected);
});
