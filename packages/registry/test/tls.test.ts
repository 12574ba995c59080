import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readRegistries } from '../src/index.ts';
import { clientFor, errorOf, imageAt, portOf, serverFor } from './kit.ts';
import { selfSigned, tlsServerFor } from './tls-kit.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const found = {
  'content-type': 'application/vnd.oci.image.manifest.v1+json',
  'docker-content-digest': digest,
};
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
  const { host } = await tlsServerFor(pair, (_, response) => response.writeHead(200, found).end());
  const file = { mirrors: { [host]: { endpoint: [`https://${host}`] } }, configs: { [host]: { tls } } };
  const registries = readRegistries(JSON.stringify(file), { readCa: () => pair?.cert ?? '' });
  const client = clientFor({ registries, mirrorsOnly: true });

  const outcome = await client.observe(imageAt({ host })).catch((error: unknown) => error);

  expect(outcome).toMatchObject(expected);
});

describe.skipIf(pair === undefined)('a registry on loopback that speaks TLS', () => {
  const trusting = (host: string) =>
    readRegistries(JSON.stringify({ configs: { [host]: { tls: { ca_file: 'ca.pem' } } } }), {
      readCa: () => pair?.cert ?? '',
    });

  it('a registry on loopback is accessed over TLS where it does not answer to plain HTTP', async () => {
    const server = await tlsServerFor(pair, (_, response) => response.writeHead(200, found).end());
    const client = clientFor({ registries: trusting(server.host) });

    const observed = [await client.observe(imageAt(server)), await client.observe(imageAt(server))];

    expect(observed).toEqual([{ digest }, { digest }]);
    expect(server.requests).toHaveLength(2);
    // The second one goes there at once: over plain HTTP nothing more is tried.
    expect(server.connections()).toBeLessThanOrEqual(4);
  });

  it('a registry on loopback whose certificate is not trusted is named so', async () => {
    const server = await tlsServerFor(pair, (_, response) => response.writeHead(200, found).end());

    const error = await errorOf(clientFor().observe(imageAt(server)));

    expect(error).toMatchObject(refused);
    expect(server.requests).toEqual([]);
  });

  it('the status of a registry on loopback over TLS is its answer', async () => {
    const server = await tlsServerFor(pair, (_, response) => response.writeHead(404).end());

    const error = await errorOf(clientFor({ registries: trusting(server.host) }).observe(imageAt(server)));

    expect(error.code).toBe('not-found');
  });

  it('TLS is tried where a server answers 400 to plain HTTP, as Go does', async () => {
    const tls = await tlsServerFor(pair, (_, response) => response.writeHead(200, found).end());
    // The first byte of TLS is 22; a server that has both on one port distinguishes them by it.
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        if (data[0] !== 22) {
          socket.end('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
          return;
        }
        const onward = connect(Number(tls.host.split(':')[1]), '127.0.0.1');
        onward.write(data);
        socket.pipe(onward).pipe(socket);
        for (const one of [socket, onward]) one.on('error', () => undefined);
      });
    });
    const host = `127.0.0.1:${await portOf(server)}`;

    expect(await clientFor({ registries: trusting(host) }).observe(imageAt({ host }))).toEqual({ digest });
  });
});

it('a server on loopback that speaks plain HTTP and answers 400 is named by that', async () => {
  const server = await serverFor((_, response) => response.writeHead(400).end());

  const error = await errorOf(clientFor().observe(imageAt(server)));

  expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining('it answered 400') });
});

it.skipIf(pair === undefined)('a realm over plain HTTP of a registry that uses TLS is named', async () => {
  const challenge = 'Bearer realm="http://auth.lan/token?key=hunter2",service="s"';
  const server = await tlsServerFor(pair, (_, response) =>
    response.writeHead(401, { 'www-authenticate': challenge }).end(),
  );
  const file = {
    mirrors: { [server.host]: { endpoint: [`https://${server.host}`] } },
    configs: { [server.host]: { tls: { insecure_skip_verify: true } } },
  };
  const client = clientFor({ registries: readRegistries(JSON.stringify(file)) });

  const error = await errorOf(client.observe(imageAt(server)));

  expect(error.code).toBe('protocol');
  expect(error.message).toContain(
    'it demands a token of the realm http://auth.lan/token, which gets no request: credentials would go over plain HTTP, and the registry uses TLS.',
  );
  expect(error.message).not.toMatch(/hunter2|pull secret/);
});
