import { parseReference } from '@keelson/image';
import type { PushTarget } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { startDebianRegistry } from '@keelson/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { createRegistryClient } from '../src/index.ts';
import { errorOf } from './kit.ts';

interface Subject extends PushTarget {
  readonly host: string;
  stop(): Promise<void>;
}

const credentials = { username: 'dev', password: 'right' };
const subjects: readonly { name: string; signIn: boolean; start: () => Promise<Subject | undefined> }[] = [
  { name: 'the testkit registry', signIn: false, start: () => startRegistry() },
  {
    name: 'the testkit registry with Basic',
    signIn: true,
    start: async () => ({
      ...(await startRegistry({ auth: { type: 'basic', users: { dev: 'right' } } })),
      credentials,
    }),
  },
  {
    name: 'the testkit registry with Bearer',
    signIn: true,
    start: async () => ({
      ...(await startRegistry({ auth: { type: 'bearer', users: { dev: 'right' } } })),
      credentials,
    }),
  },
  { name: "Debian's docker-registry", signIn: false, start: () => startDebianRegistry() },
  {
    name: "Debian's docker-registry with htpasswd",
    signIn: true,
    start: () => startDebianRegistry({ htpasswd: true }),
  },
];
const labels = {
  'org.opencontainers.image.revision': '3f2c1ab',
  'org.opencontainers.image.source': 'https://example.com/ops/myapp',
  'org.opencontainers.image.version': '1.4.2',
};

const started = await Promise.all(subjects.map(async (each) => ({ ...each, subject: await each.start() })));

// Debian's is a package that may be missing; its part of the contract then says that it is skipped.
describe.each(started.filter(({ subject }) => subject === undefined))('$name', () => {
  it.skipIf(true)('is not installed', () => expect.unreachable());
});

describe.each(started.filter(({ subject }) => subject !== undefined))('$name', ({ subject, signIn }) => {
  const client = createRegistryClient({ insecureHosts: ['127.0.0.1:*'] });
  const call =
    subject?.credentials === undefined ? {} : { credentials: [{ type: 'basic' as const, ...subject.credentials }] };
  const image = parseReference(`${subject?.host ?? 'none.lan'}/ops/myapp:latest`);
  const push = (tag: string, options: Parameters<typeof pushImage>[3]): ReturnType<typeof pushImage> =>
    pushImage(subject ?? '', 'ops/myapp', tag, options);
  afterAll(async () => {
    await client.close();
    await subject?.stop();
  });

  it.each(['oci', 'docker'] as const)('observes a manifest of %s', async (format) => {
    const { digest } = await push('latest', { format });

    expect(await client.observe(image, call)).toEqual({ digest });
  });

  it.each(['oci', 'docker'] as const)('observes an index of %s as the index', async (format) => {
    const { digest } = await push('latest', { format, platforms: ['linux/amd64', 'linux/arm64'] });

    expect(await client.observe(image, call)).toEqual({ digest });
  });

  it('observe sees a moved tag', async () => {
    const first = await push('moving', { labels: { n: '1' } });
    const before = await client.observe({ ...image, tag: 'moving' }, call);
    const second = await push('moving', { labels: { n: '2' } });
    const after = await client.observe({ ...image, tag: 'moving' }, call);

    expect([before.digest, after.digest]).toEqual([first.digest, second.digest]);
  });

  it('describe reads a manifest', async () => {
    const pushed = await push('one', { labels, created: '2026-01-02T03:04:05Z' });

    expect(await client.describe(image, pushed.digest, call)).toEqual({
      relatedDigests: [pushed.digest, ...pushed.configDigests],
      labels: {
        revision: '3f2c1ab',
        created: '2026-01-02T03:04:05Z',
        source: 'https://example.com/ops/myapp',
        version: '1.4.2',
      },
    });
  });

  it('describe reads the platforms of an index without its attestation', async () => {
    const pushed = await push('many', {
      platforms: ['linux/amd64', 'linux/arm/v7'],
      attestation: true,
      labels,
      annotations: { 'org.opencontainers.image.revision': 'of the index' },
    });
    const [amd64, arm] = pushed.manifestDigests;

    const description = await client.describe(image, pushed.digest, call);

    expect(description.relatedDigests).toEqual([pushed.digest, amd64, arm]);
    expect(description.labels).toMatchObject({ revision: 'of the index', version: '1.4.2' });
  });

  it('configDigests reads the configs of a manifest and of an index', async () => {
    const one = await push('one', {});
    const many = await push('many', { platforms: ['linux/amd64', 'linux/arm64'], attestation: true });

    const configs = [
      await client.configDigests(image, one.digest, call),
      await client.configDigests(image, many.digest, call),
    ];

    expect(configs).toEqual([
      { digests: one.configDigests, complete: true },
      { digests: many.configDigests.slice(0, 2), complete: true },
    ]);
  });

  it('the client reports not-found for a tag, a repository and a digest that are not there', async () => {
    const gone = `sha256:${'4'.repeat(64)}` as const;

    const errors = [
      await errorOf(client.observe({ ...image, tag: 'nothing' }, call)),
      await errorOf(client.observe({ ...image, repository: 'ops/nothing' }, call)),
      await errorOf(client.describe(image, gone, call)),
    ];

    for (const error of errors) expect(error).toMatchObject({ code: 'not-found', retryable: false });
    expect(errors[0]?.message).toContain(
      `The request to ${image.host} for the digest of ops/myapp:nothing failed: it answered 404`,
    );
  });

  if (!signIn) return;

  it('the client reports unauthorized without the right credentials', async () => {
    const wrong = { type: 'basic' as const, username: 'dev', password: 'hunter2' };

    const errors = [
      await errorOf(client.observe(image)),
      await errorOf(client.observe(image, { credentials: [wrong] })),
    ];

    for (const error of errors) expect(error).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(errors[0]?.message).toContain('refuses requests without credentials (401)');
    expect(errors[1]?.message).toContain('the only credential was refused (401)');
  });

  it('the client tries several credentials until the registry accepts one', async () => {
    const { digest } = await push('several', {});
    const wrong = { type: 'basic' as const, username: 'dev', password: 'hunter2' };

    const all = [wrong, { type: 'identity-token' as const, token: 'unknown' }, ...(call.credentials ?? [])];
    const observed = await client.observe({ ...image, tag: 'several' }, { credentials: all });

    expect(observed.digest).toBe(digest);
  });
});
