import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryAuth, RegistryServer } from '@keelson/simulator';
import { startRegistry } from '@keelson/simulator';
import { startDebianRegistry } from '@keelson/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDockerBench } from './testing/docker-bench.ts';

const name = 'registry.gitlab.com/cmunroe/ops/myapp:latest';
const users = { ci: 'secret:with:colons' };

async function withRegistry(auth: RegistryAuth, use: (registry: RegistryServer) => Promise<void>): Promise<void> {
  const registry = await startRegistry({ auth });
  try {
    await use(registry);
  } finally {
    await registry.stop();
  }
}

const descriptor = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const manifestShape = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal('application/vnd.oci.image.manifest.v1+json'),
  config: descriptor,
  layers: z.array(descriptor).length(1),
});

/** Reads an image as a container runtime does, and returns its config. */
async function readBack(url: string, path: string, tag: string) {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const answer = await fetch(`${url}/v2/${path}/manifests/${tag}`, { headers: { accept } });
  const manifest = manifestShape.parse(await answer.json());
  const config = await fetch(`${url}/v2/${path}/blobs/${manifest.config.digest}`);
  return { digest: answer.headers.get('docker-content-digest'), manifest, config: await config.json() };
}

describe('push', () => {
  it('docker push sends an image to the mirror of its host, manifest last, and no blob twice', async () => {
    await withRegistry({ type: 'none' }, async (registry) => {
      await using bench = await createDockerBench({ 'registry.gitlab.com': registry.url });
      await bench.write({
        Dockerfile: 'FROM scratch\nCOPY Dockerfile /\nLABEL org.opencontainers.image.revision=abc\n',
      });
      await bench.docker(['build', '--pull', '-t', name, '-t', 'localhost:1/other:1', '.']);

      const first = await bench.docker(['push', name]);
      const made = registry.requests.map(({ method }) => method);
      registry.requests.length = 0;
      const second = await bench.docker(['push', name]);

      const { digest, manifest, config } = await readBack(registry.url, 'cmunroe/ops/myapp', 'latest');
      expect(made).toEqual(['HEAD', 'POST', 'PUT', 'HEAD', 'POST', 'PUT', 'PUT']);
      expect(registry.requests.slice(0, 3).map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'PUT']);
      expect(first.out).toContain(`latest: digest: ${digest} size: `);
      expect(second.out).toBe(first.out);
      expect(config).toMatchObject({ os: 'linux', config: { Labels: { 'org.opencontainers.image.revision': 'abc' } } });
      expect(manifest.layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
    });
  });

  it("docker push works with Debian's registry, which checks content", async (context) => {
    const registry = await startDebianRegistry();
    if (registry === undefined) return context.skip('no docker-registry on PATH');
    try {
      await using bench = await createDockerBench({ 'registry.gitlab.com': registry.url });
      await bench.write({ Dockerfile: 'FROM node:24\nCOPY Dockerfile /\nCMD ["node", "x.js"]\n' });
      await bench.docker(['build', '-t', name, '.']);

      const said = await bench.docker(['push', name]);

      const { digest, config } = await readBack(registry.url, 'cmunroe/ops/myapp', 'latest');
      expect(said).toMatchObject({ code: 0, err: '' });
      expect(said.out).toContain(`digest: ${digest}`);
      expect(config).toMatchObject({ config: { Cmd: ['node', 'x.js'] } });
    } finally {
      await registry.stop();
    }
  });
});

describe('login', () => {
  it.each([
    ['basic', { type: 'basic', users }],
    ['bearer', { type: 'bearer', users }],
  ] as const)('docker login stores credentials for pushes to a registry with %s authentication', async (_, auth) => {
    await withRegistry(auth, async (registry) => {
      await using bench = await createDockerBench({ 'registry.gitlab.com': registry.url });
      await bench.write({ Dockerfile: 'FROM scratch' });
      await bench.docker(['build', '-t', name, '.']);

      const before = await bench.docker(['push', name]);
      const said = await bench.docker(
        ['login', '-u', 'ci', '--password-stdin', 'registry.gitlab.com'],
        `${users.ci}\n`,
      );
      const after = await bench.docker(['push', name]);

      const file = join(bench.configFolder, 'config.json');
      const auths = { 'registry.gitlab.com': { auth: Buffer.from(`ci:${users.ci}`).toString('base64') } };
      expect(before).toMatchObject({ code: 1 });
      expect(before.err).toContain('Nobody is logged in to registry.gitlab.com here (docker login).');
      expect(said).toEqual({ code: 0, out: 'Login Succeeded', err: '' });
      expect(after).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auths });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    });
  });

  it('docker login with a wrong password is refused, and stores nothing', async () => {
    await withRegistry({ type: 'basic', users }, async (registry) => {
      await using bench = await createDockerBench({ 'registry.gitlab.com': registry.url });

      const said = await bench.docker(['login', '-u', 'ci', '-p', 'wrong', 'registry.gitlab.com']);

      expect(said.code).toBe(1);
      expect(said.err).toContain('registry.gitlab.com refused ci');
      await expect(stat(join(bench.configFolder, 'config.json'))).rejects.toThrow('ENOENT');
    });
  });
});

describe('the command line', () => {
  it.each([[['--help']], [['help']], [[]], [['version']], [['--version']]])(
    "%j says that it is the laptop's",
    async (args) => {
      await using bench = await createDockerBench();

      const said = await bench.docker(args);

      expect(said.code).toBe(0);
      expect(said.out).toContain("Keelson's laptop");
    },
  );

  it.each([
    [['run', 'alpine'], "docker run is not done by the laptop's docker; it knows build, login, push and version."],
    [['compose', 'up'], 'docker compose is not done'],
    [['build', '-t', 'x', '--squash', '.'], "docker build: Unknown option '--squash'"],
    [['build', '-t', 'x'], 'needs one folder'],
    [['build', '.'], 'needs a name here'],
    [['build', '-t', 'X', '.'], 'is not an image reference'],
    [['build', '-t', 'x', '--build-arg', 'A', '.'], 'wants NAME=VALUE'],
    [['build', '-t', 'x', 'https://example.com/x.git'], 'is no folder'],
    [['push'], 'needs one image'],
    [['push', 'x:1', '--all-tags'], "Unknown option '--all-tags'"],
    [['login', '-u', 'a', '-p', 'b'], 'needs one registry'],
    [['login', '-u', 'a', 'localhost:1'], 'and a password by'],
    [['login', '-u', 'a', '-p', 'b', 'docker.io'], 'does not reach docker.io'],
  ])('docker refuses %j', async (args, why) => {
    await using bench = await createDockerBench();
    await bench.write({ Dockerfile: 'FROM scratch' });

    const said = await bench.docker(args);

    expect(said.code).toBe(2);
    expect(said.err).toContain(why);
  });

  it.each([
    [['build', '-t', 'x', '-f', 'missing', '.'], 'There is no Dockerfile at missing.'],
    [['build', '-t', 'x', '.'], 'There is no Dockerfile at Dockerfile.'],
    [['push', 'localhost:1/x:1'], 'No image is called localhost:1/x:1 here'],
  ])('docker %j fails with a message', async (args, why) => {
    await using bench = await createDockerBench();

    const said = await bench.docker(args);

    expect(said.code).toBe(1);
    expect(said.err).toContain(why);
  });
});
