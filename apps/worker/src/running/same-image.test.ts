import { parseReference } from '@keelson/image';
import type { RegistryClient } from '@keelson/registry';
import { createRegistryClient } from '@keelson/registry';
import type { RegistryServer } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import type { Comparison } from './same-image.ts';
import { compareImages } from './same-image.ts';

let registry: RegistryServer;
let client: RegistryClient;
beforeAll(async () => {
  registry = await startRegistry();
  client = createRegistryClient({ insecureHosts: ['127.0.0.1:*'] });
});
afterAll(async () => {
  await client.close();
  await registry.stop();
});

const platforms = ['linux/amd64', 'linux/arm64'];
const push = (labels: Readonly<Record<string, string>>, more: Parameters<typeof pushImage>[3] = {}) =>
  pushImage(registry, 'team/app', 'latest', { labels, platforms, ...more });

function request() {
  const reference = parseReference(`${registry.host}/team/app:latest`);
  return { reference, options: { credentials: [], share: 'ns', signal: AbortSignal.timeout(10_000) } };
}

type Pushed = Awaited<ReturnType<typeof push>>;

it.each<[string, Comparison, (written: Pushed) => Promise<{ digest: string | undefined; isConfig?: true }>]>([
  ['the digest itself', 'same', async ({ digest }) => ({ digest })],
  ['the manifest of a platform', 'same', async ({ manifestDigests }) => ({ digest: manifestDigests[1] })],
  ['a config', 'same', async ({ configDigests }) => ({ digest: configDigests[1], isConfig: true })],
  [
    'the index of a build that differs in attestations only',
    'same',
    async () => push({ v: '1' }, { attestation: true, annotations: { built: 'again' } }),
  ],
  ['another image', 'another', async () => push({ v: '2' })],
  ['the manifest of another image', 'another', async () => ({ digest: (await push({ v: '2' })).manifestDigests[0] })],
  [
    'the config of another image',
    'another',
    async () => ({ digest: (await push({ v: '2' })).configDigests[0], isConfig: true }),
  ],
  [
    'an image that is the same on one of two platforms',
    'ambiguous',
    async () => push({ v: '1' }, { platforms: ['linux/amd64', 'linux/s390x'] }),
  ],
  ['an image that the registry does not have', 'unknown', async () => ({ digest: digestOf('e') })],
])('compareImages finds that %s is %s', async (_, expected, reported) => {
  const written = await push({ v: '1' });
  const { digest, isConfig } = { isConfig: false, ...(await reported(written)) };

  const digests = { written: written.digest, reported: digest as typeof written.digest, isConfig };
  expect(await compareImages(client, request(), digests)).toBe(expected);
});

it('compareImages sends no request where the digests are equal', async () => {
  const { digest } = await push({ v: 'asked for by nobody' });
  registry.requests.length = 0;

  await compareImages(client, request(), { written: digest, reported: digest, isConfig: false });

  expect(registry.requests).toEqual([]);
});
