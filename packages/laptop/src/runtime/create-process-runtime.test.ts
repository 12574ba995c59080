import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryServer } from '@keelson/simulator';
import { startRegistry } from '@keelson/simulator';
import type { ContainerSpec } from '@keelson/simulator/kubelet';
import { PullError } from '@keelson/simulator/kubelet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRunning } from '../testing/is-running.ts';
import type { Files, PushedFiles } from '../testing/push-files.ts';
import { layerOf, pushFiles } from '../testing/push-files.ts';
import type { ProcessRuntime } from './create-process-runtime.ts';
import { createProcessRuntime } from './create-process-runtime.ts';

const host = 'registry.example.com';
let registry: RegistryServer;
let folder: string;
let runtime: ProcessRuntime;

beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-runtime-'));
  runtime = createProcessRuntime({ folder, mirrors: { [host]: registry.url } });
});
afterEach(async () => {
  await runtime.stop();
  await rm(folder, { recursive: true });
});

let number = 0;
/** Pushes and pulls an image. @returns its ID */
async function have(image: PushedFiles): Promise<string> {
  number += 1;
  const repository = `team/app${number}`;
  const digest = await pushFiles(registry.url, repository, 'latest', image);
  const imageID = `${host}/${repository}@${digest}`;
  await runtime.pull({ image: `${host}/${repository}:latest`, imageID, credentials: undefined });
  return imageID;
}

/** Runs a container to its end. @returns how it ended, and its output */
async function run(image: PushedFiles, spec: Partial<ContainerSpec> = {}) {
  const container = await begin(await have(image), spec);
  const exit = await container.exited;
  return { ...exit, log: container.log() };
}

function begin(imageID: string, spec: Partial<ContainerSpec> = {}) {
  const nothing = { command: undefined, args: undefined, workingDir: undefined, env: {}, ports: [] };
  const pod = { namespace: 'default', name: 'pod-1', uid: 'u-1' };
  return runtime.start({ ...nothing, pod, name: 'app', imageID, ...spec });
}

const script = (text: string): Files => ({ 'app/main.mjs': text });
const printed = 'console.log(JSON.stringify([process.argv.slice(2), process.cwd(), process.env]))';

describe('a container', () => {
  it('a container runs the command of its image in its folder, with its environment and nothing of ours', async () => {
    const config = { Entrypoint: ['node', 'main.mjs'], Cmd: ['a'], WorkingDir: '/app', Env: ['A=1', 'B=2'] };
    const { code, log } = await run({ config, layers: [await layerOf(script(printed))] }, { env: { B: '3' } });
    const [args, cwd, env] = JSON.parse(log);

    expect(code).toBe(0);
    expect(args).toEqual(['a']);
    expect(cwd).toMatch(/images\/sha256-[0-9a-f]{64}\/root\/app$/);
    expect(env).toEqual({ A: '1', B: '3', PATH: expect.any(String), HOME: env.TMPDIR, TMPDIR: expect.any(String) });
    expect(env.HOME.startsWith(join(folder, 'homes'))).toBe(true);
  });

  it.each([
    ['args take the place of Cmd', { args: ['x'] }, ['x']],
    ['a command takes the place of both', { command: ['node', '/app/main.mjs', 'y'] }, ['y']],
    ['command and args', { command: ['/usr/local/bin/node', 'main.mjs'], args: ['z'] }, ['z']],
  ])('a container runs %s', async (_what, spec, expected) => {
    const config = { Entrypoint: ['node', 'main.mjs'], Cmd: ['a'], WorkingDir: '/app' };

    const { log } = await run({ config, layers: [await layerOf(script(printed))] }, spec);

    expect(JSON.parse(log)[0]).toEqual(expected);
  });

  it('a container prefers programs of its image to those of this machine', async () => {
    const layers = [await layerOf({ 'usr/bin/ls': '#!/bin/sh\necho mine "$@"\n' })];

    expect((await run({ layers }, { command: ['ls', '-l'] })).log).toBe('mine -l\n');
    expect((await run({ layers }, { command: ['sh', '-c', 'ls -a'] })).log).toBe('mine -a\n');
    expect((await run({ layers }, { command: ['/bin/sh', '-c', 'node -p 6*7'] })).log).toBe('42\n');
  });

  it('a container without its program does not start', async () => {
    const imageID = await have({ layers: [await layerOf({ a: 'a' })] });

    await expect(begin(imageID, { command: ['/app/no-such'] })).rejects.toThrow(
      'exec: "/app/no-such": stat /app/no-such: no such file or directory',
    );
    await expect(begin(imageID, { command: ['no-such'] })).rejects.toThrow('executable file not found in $PATH');
    await expect(begin(imageID)).rejects.toThrow('no command specified');
  });

  it('each container gets its own port, on loopback only, and a remark names the ports that are not served', async () => {
    const server =
      'import("node:http").then((h) => h.createServer((_, r) => r.end("hi")).listen(process.env.PORT, process.env.HOST))';
    const imageID = await have({ layers: [await layerOf(script(server))] });
    const spec = { command: ['node', '/app/main.mjs'], env: { PORT: '80' } };

    const one = await begin(imageID, { ...spec, ports: [3000] });
    const two = await begin(imageID, { ...spec, ports: [3000, 9090] });

    expect(one.address?.port).not.toBe(two.address?.port);
    await expect.poll(() => fetch(`http://127.0.0.1:${two.address?.port}`).then((r) => r.text(), String)).toBe('hi');
    // All of 127.0.0.0/8 is this machine; who listens on every address answers at each of it.
    await expect(fetch(`http://127.0.0.2:${two.address?.port}`)).rejects.toThrow('fetch failed');
    expect(one.remarks).toEqual([]);
    expect(two.remarks).toEqual([expect.stringContaining('only 3000 is served on this laptop, and not 9090')]);
  });

  it('a container exits by SIGTERM, or by SIGKILL after its grace period', async () => {
    const deaf = 'process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1000)';
    const imageID = await have({ layers: [await layerOf(script(deaf))] });
    const kind = await begin(imageID, { command: ['sleep', '60'] });
    const stubborn = await begin(imageID, { command: ['node', '/app/main.mjs'] });
    await expect.poll(stubborn.log).toBe('up\n');

    await kind.stop(5000);
    const start = performance.now();
    const long = stubborn.stop(60_000);
    await expect.poll(stubborn.log).toBe('up\nno\n');
    await stubborn.stop(300);
    await long;

    expect(await kind.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  it('a container that ends takes its own child processes with it', async () => {
    const imageID = await have({ layers: [await layerOf({ a: 'a' })] });
    const container = await begin(imageID, { command: ['sh', '-c', 'sleep 60 & echo $!; exit 3'] });

    expect(await container.exited).toEqual({ code: 3, signal: null });
    const child = Number(container.log());
    expect(child).toBeGreaterThan(1);
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  it('a container keeps the end of a long output, from the beginning of a line', async () => {
    const flood = 'for (let i = 0; i < 40000; i++) console.log("line", i)';
    const { log } = await run({ layers: [await layerOf(script(flood))] }, { command: ['node', '/app/main.mjs'] });

    expect(log.length).toBeLessThanOrEqual(64 * 1024);
    expect(log.length).toBeGreaterThan(60_000);
    expect(log).toMatch(/^line \d+\n/);
    expect(log.endsWith('line 39999\n')).toBe(true);
  });

  it.each([
    ['exit 0', ['sh', '-c', 'test "$A" = 1; echo fine'], 5000, { exitCode: 0, output: 'fine' }],
    ['exit 4', ['sh', '-c', 'echo bad >&2; exit 4'], 5000, { exitCode: 4, output: 'bad' }],
    ['too slow', ['sleep', '60'], 200, { exitCode: undefined, output: '' }],
  ])('a container runs a command beside its own: %s', async (_what, command, timeoutMs, expected) => {
    const imageID = await have({ layers: [await layerOf({ a: 'a' })] });
    const container = await begin(imageID, { command: ['sleep', '60'], env: { A: '1' } });

    expect(await container.exec(command, timeoutMs)).toEqual(expected);
  });

  it('a runtime that stops leaves no process and no home folder behind', async () => {
    const imageID = await have({ layers: [await layerOf({ a: 'a' })] });
    await begin(imageID, { command: ['sleep', '60'] });
    await begin(imageID, { command: ['sh', '-c', 'trap "" TERM; sleep 60'] });
    const { pids } = runtime;

    expect(pids.map(isRunning)).toEqual([true, true]);
    await runtime.stop();

    expect(pids.map(isRunning)).toEqual([false, false]);
    expect(runtime.pids).toEqual([]);
    expect(await readdir(folder)).toEqual(['images']);
  });
});

describe('pulling', () => {
  const pull = (image: string, digest: string) =>
    runtime.pull({ image, imageID: `${image.replace(/:latest$/, '')}@${digest}`, credentials: undefined });

  it('a pull unpacks layers over each other, and follows their whiteouts', async () => {
    const layers = [
      await layerOf({ 'a/one': '1', 'a/two': '1', 'b/three': '1', 'b/four': '1', c: '1' }),
      await layerOf(
        { 'a/.wh.one': '', 'b/.wh..wh..opq': '', 'b/five': '2', c: '2', 'd/link': { link: '../a/two' } },
        false,
      ),
    ];
    const { log } = await run({ layers }, { command: ['sh', '-c', 'ls a b d; cat c d/link'] });

    expect(log).toBe('a:\ntwo\n\nb:\nfive\n\nd:\nlink\n21');
  });

  it.each([
    [
      'a link out of it',
      { 'a/out': { link: '../../x' } },
      'the entry "a/out" (a link to "../../x") leads out of the image',
    ],
    ['a link to a place of this machine', { passwd: { link: '/etc/passwd' } }, '"/etc/passwd") leads out of the image'],
    ['a whiteout of its parent', { '.wh...': '' }, 'a whiteout of ".." leads out of the image'],
  ])('a pull refuses %s', async (_what, files, why) => {
    const digest = await pushFiles(registry.url, 'team/evil', 'latest', { layers: [await layerOf(files)] });

    await expect(pull(`${host}/team/evil:latest`, digest)).rejects.toThrow(why);
    expect(await readdir(join(folder, 'images'))).toEqual([]);
  });

  it('a pull writes nothing outside of its folder', async () => {
    // our own tar packs no such entry: the name in the header is changed afterwards, and its checksum with it
    const layer = await layerOf({ 'aa/aa/evil': 'x' }, false);
    layer.write('../../evil', 0);
    layer.fill(0x20, 148, 156);
    const sum = layer.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    layer.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const digest = await pushFiles(registry.url, 'team/climber', 'latest', { layers: [layer] });

    await expect(pull(`${host}/team/climber:latest`, digest)).rejects.toThrow('"../../evil" leads out of the image');
    expect(await readdir(folder)).toEqual(['images']);
  });

  it('a pull refuses content that does not match its digest', async () => {
    const layer = await layerOf({ a: 'a' });
    const digest = await pushFiles(registry.url, 'team/spoiled', 'latest', { layers: [layer] });
    const manifest = await (await fetch(`${registry.url}/v2/team/spoiled/manifests/${digest}`)).text();
    const [first] = JSON.parse(manifest).layers;
    const liar = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.endsWith(first.digest)) return void response.end('something else');
      void fetch(registry.url + path).then(async (found) =>
        response.writeHead(found.status).end(Buffer.from(await found.arrayBuffer())),
      );
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const address = liar.address();
    const port = typeof address === 'object' ? address?.port : 0;

    const pulled = pull(`127.0.0.1:${port}/team/spoiled:latest`, digest);

    await expect(pulled).rejects.toThrow(`expected ${first.digest}: failed precondition`);
    await expect(pulled).rejects.toBeInstanceOf(PullError);
    liar.close();
  });

  it('a pull fetches a digest once, also over restarts', async () => {
    const imageID = await have({ layers: [await layerOf({ a: 'a' })] });
    await runtime.stop();
    registry.requests.length = 0;
    runtime = createProcessRuntime({ folder, mirrors: { [host]: registry.url } });

    await runtime.pull({ image: imageID, imageID, credentials: undefined });

    expect(registry.requests).toEqual([]);
    const container = await begin(imageID, { command: ['cat', 'a'] });
    await container.exited;
    expect(container.log()).toBe('a');
  });

  it('a pull from a host without a mirror says that its images do not run here', async () => {
    await expect(pull('docker.io/library/redis:latest', `sha256:${'0'.repeat(64)}`)).rejects.toThrow(
      'no mirror leads to docker.io: only images that were built here are run on this laptop',
    );
  });
});
