import dns from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readRegistries } from '../src/index.ts';
import { clientFor, digestOf, errorOf, imageAt, serverFor } from './kit.ts';

/** What DNS says. 192.0.2.1 is nobody's address. */
const names: Readonly<Record<string, readonly string[]>> = {
  'here.lan': ['127.0.0.1'],
  'mixed.lan': ['127.0.0.1', '192.0.2.1'],
};

beforeEach(() => {
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation(((
    name: string,
    ...rest: [object, (error: null, all: object[]) => void]
  ) => {
    const found = names[name]?.map((address) => ({ address, family: 4 }));
    if (found === undefined) Reflect.apply(lookup, dns, [name, ...rest]);
    else rest[1](null, found);
  }) as typeof dns.lookup);
});
afterEach(() => void vi.restoreAllMocks());

const digest = digestOf('good');
const found = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digest };

/** A registry on this machine; `port` for its other spellings. */
async function local() {
  const server = await serverFor((_, response) => response.writeHead(200, found).end());
  return { ...server, port: server.host.split(':')[1] ?? '' };
}

describe('a registry on this machine that nobody declared', () => {
  it.each([
    ['127.0.0.1'],
    ['localhost'],
    ['2130706433'],
    ['0177.0.0.1'],
    ['0x7f.1'],
    ['127.1'],
    ['0.0.0.0'],
    ['[::ffff:127.0.0.1]'],
    ['[::ffff:7f00:1]'],
    ['[::7f00:1]'],
    ['[::]'],
    ['[::1]'],
  ])('no request is sent to %s (law 17)', async (name) => {
    const server = await local();
    const image = { host: `${name}:${server.port}`, repository: 'ops/myapp', tag: 'latest' };

    const error = await errorOf(clientFor({ insecureHosts: [] }).observe(image));

    expect(error).toMatchObject({ code: 'configuration' });
    expect(error.message).toMatch(
      /address of this machine or its link.* KEELSON_INSECURE_REGISTRIES .* registries.yaml/,
    );
    expect(server.connections()).toBe(0);
  });

  it.each([
    ['169.254.169.254'],
    ['[fe80::1]'],
    ['[fd00:ec2::254]'],
    ['100.100.100.200'],
    ['[::ffff:169.254.169.254]'],
    ['[64:ff9b::a9fe:a9fe]'],
  ])('no request is sent to the metadata service at %s (law 17)', async (host) => {
    const error = await errorOf(clientFor({ insecureHosts: [] }).observe({ host, repository: 'latest/meta-data' }));

    expect(error).toMatchObject({ code: 'configuration' });
  });
});

it.each([
  ['KEELSON_INSECURE_REGISTRIES', (host: string) => ({ insecureHosts: [host] })],
  [
    'a mirror',
    (host: string) => ({ insecureHosts: [], registries: yaml({ mirrors: { [host]: { endpoint: [host] } } }) }),
  ],
  ['a config', (host: string) => ({ insecureHosts: [], registries: yaml({ configs: { [host]: {} } }) })],
])('a registry on this machine is accessed where %s names it', async (_how, options) => {
  const server = await local();

  expect(await clientFor(options(server.host)).observe(imageAt(server))).toEqual({ digest });
});

it('a declared registry declares no other one on this machine (law 17)', async () => {
  const [one, other] = [await local(), await local()];
  const client = clientFor({ insecureHosts: [one.host] });

  expect(await client.observe(imageAt(one))).toEqual({ digest });
  expect(await errorOf(client.observe(imageAt(other)))).toMatchObject({ code: 'configuration' });
  expect(other.connections()).toBe(0);
});

describe('a name that leads to this machine', () => {
  it.each([
    ['a redirect', (target: string) => [307, { location: target }] as const],
    ['a realm', (target: string) => [401, { 'www-authenticate': `Bearer realm="${target}",service="s"` }] as const],
  ])('%s to it gets no request, also of a declared registry (law 17)', async (_what, answer) => {
    const victim = await local();
    const [status, headers] = answer(`http://here.lan:${victim.port}/token`);
    const server = await serverFor((_, response) => response.writeHead(status, headers).end());

    const error = await errorOf(clientFor({ insecureHosts: [server.host] }).observe(imageAt(server)));

    expect(error.message).toContain(`here.lan:${victim.port} is at 127.0.0.1`);
    expect(victim.connections()).toBe(0);
  });

  it('an image of it gets no request, whatever else the name means (law 17)', async () => {
    const server = await local();
    const client = clientFor({ insecureHosts: ['other.lan:80'], deadlines: { connectMs: 100, headersMs: 100 } });

    const here = await errorOf(client.observe(imageAt({ host: `here.lan:${server.port}` })));
    const mixed = await errorOf(client.observe(imageAt({ host: `mixed.lan:${server.port}` })));

    expect(here.code).toBe('configuration');
    expect(mixed.code).not.toBe('configuration');
    expect(server.connections()).toBe(0);
  });
});

function yaml(file: object) {
  return readRegistries(JSON.stringify(file));
}
